import assert from 'node:assert/strict'
import { join } from 'node:path'
import { onOneVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'
import { packageFolder } from './support/versions'

const said = {
  'de-DE': {
    wants: 'Erwartet: ein Bild',
    gives: 'Liefert: einen Text',
    wire: '„words“ liefert einen Text',
    unfit:
      '„show“ braucht ein Bild, aber „words“ liefert einen Text. Füge dazwischen einen Node ein, der ein Bild liefert.',
    convert: /Füge einen Umwandler dazwischen ein: Labels einfärben/,
    findOut: 'automatisch erkennen',
    bengali: 'Bengalisch',
    engine: 'Automatisch (bestes Gerät)',
    notice: 'Eine Verbindung überträgt etwas, das der nächste Node nicht verwenden kann.',
    pulled: '„show“ braucht ein Bild, aber „words“ liefert einen Text.',
    adapts: /^„depth“ liefert .*; „DeepLab“ macht daraus beim Lesen ein Farbbild\.$/,
    unsaid: /^„signs“ liefert nie „rock“, wonach „which“ in msg\.payload sucht\. Geliefert wird: .*paper/,
    reason: /Die Zahlen sind angeordnet wie ein Farbbild/,
    question: 'Welches Ergebnis ist richtig?',
    option: 'von 0 bis 1',
  },
  'ja-JP': {
    wants: '入力: 画像',
    gives: '出力: テキスト',
    wire: '「words」の出力: テキスト',
    unfit:
      '「show」に必要なのは画像ですが、「words」の出力はテキストです。間に、画像を出力するノードを置いてください。',
    convert: /間に変換ノードを挿入してください: ラベルに色を付ける/,
    findOut: '自動検出',
    bengali: 'ベンガル語',
    engine: '自動 (最良のデバイス)',
    notice: '次のノードで使えない値を運ぶワイヤーが 1 本あります。',
    pulled: '「show」に必要なのは画像ですが、「words」の出力はテキストです。',
    adapts: /^「depth」の出力は.*です。「DeepLab」はそれをカラー画像として読み取ります。$/,
    unsaid: /^「which」が msg\.payload で探す「rock」は、「signs」からは出力されません。出力は.*paper/,
    reason: /数値の並びは.*カラー画像です/,
    question: 'どの結果が正しいですか',
    option: '0～1',
  },
}

/** A wire whose value is converted, and a switch that looks for a word that the classifier never gives. */
const finer = [
  { id: 'tab', type: 'tab', label: 'Finer' },
  ...[
    { id: 'depth', type: 'daisychain-densedepth', name: 'depth', x: 200, y: 200, wires: [['lab']] },
    { id: 'lab', type: 'daisychain-deeplab', name: '', x: 560, y: 260, wires: [[]] },
    {
      id: 'signs',
      type: 'daisychain-teach',
      name: 'signs',
      classes: ['stone', 'paper'],
      x: 200,
      y: 500,
      wires: [['s'], []],
    },
    {
      ...{
        id: 's',
        type: 'switch',
        name: 'which',
        property: 'payload',
        propertyType: 'msg',
        x: 560,
        y: 540,
        wires: [[]],
      },
      rules: [{ t: 'eq', v: 'rock', vt: 'str' }],
      outputs: 1,
    },
  ].map((node) => ({ z: 'tab', ...node })),
]

onOneVersion('4.1', 'an editor in another language than its server', (session) => {
  for (const [locale, words] of Object.entries(said)) {
    it(`speaks its own: ${locale}`, async () => {
      const editor = await session().open(typedFlow({ words: ['read'] }), { locale })
      const port = editor.page.locator('.red-ui-flow-port-tooltip')
      await editor.port('show', 'input').hover()
      await port.getByText(words.wants, { exact: true }).waitFor()
      await editor.port('words', 'output').hover()
      await port.getByText(words.gives, { exact: true }).waitFor()
      const middle = await editor.wireMiddle({ from: 'words', to: 'read' })
      await editor.page.mouse.move(middle.x, middle.y)
      await editor.page.locator('.daisychain-tip').getByText(words.wire).waitFor()
      await editor.drawWire({ from: 'words', to: 'show' }, false)
      await editor.page.locator('.daisychain-tip').getByText(words.pulled).waitFor()
      await editor.page.mouse.move(400, 600)
      await editor.page.mouse.up()
      await session().server.setFlows(typedFlow({ words: ['show'] }))
      await editor.page.locator('.red-ui-notification', { hasText: words.notice }).waitFor()
      const wrong = await session().open(typedFlow({ words: ['show'] }), { locale })
      await wrong.action('daisychain:show-problems')
      const problem = wrong.page.locator('.daisychain-problem')
      await problem.getByText(words.unfit).waitFor()
      await problem.locator('summary').click()
      await problem.getByText('“show” needs an image, but “words” gives text.').waitFor()
    })

    it(`names converters, the automatic engine and choices in its own: ${locale}`, async () => {
      const teach = { id: 'teach', type: 'daisychain-teach', z: 'tab', name: '', x: 300, y: 500, wires: [[], []] }
      const hear = { ...teach, id: 'hear', type: 'daisychain-transcribe', y: 700 }
      const editor = await session().open([...typedFlow({ labels: ['show'] }), teach, hear], { locale })
      await editor.action('daisychain:show-problems')
      await editor.page.locator('.daisychain-problem').getByText(words.convert).waitFor()
      await editor.edit('teach')
      assert.equal(await editor.page.locator('#node-input-engine option:checked').textContent(), words.engine)
      await editor.cancel()
      await editor.edit('hear')
      const spoken = editor.page.locator('#node-input-language')
      await spoken.locator('option:checked', { hasText: words.findOut }).waitFor({ state: 'attached' })
      assert.equal(await spoken.inputValue(), 'find out', 'what is sent stays English')
      assert.equal(await spoken.locator('option[value="Bengali"]').textContent(), words.bengali)
      await editor.screenshot(`choices ${locale}`)
      await editor.cancel()
    })

    it(`says in its own what is adapted, and which word never comes: ${locale}`, async () => {
      const editor = await session().open(finer, { locale })
      for (const [from, to, said] of [
        ['depth', 'lab', words.adapts],
        ['signs', 's', words.unsaid],
      ] as const) {
        const middle = await editor.wireMiddle({ from, to })
        await editor.page.mouse.move(middle.x, middle.y)
        await editor.page.locator('.daisychain-tip').getByText(said).waitFor()
        await editor.page.mouse.move(middle.x, middle.y - 150)
      }
    })

    it(`gives the reasons of a proposal for a file, and its question, in its own: ${locale}`, async () => {
      const file = { id: 'file', type: 'daisychain-onnx', z: 'tab', name: '', x: 300, y: 500, wires: [[]] }
      const editor = await session().open([...typedFlow({ words: ['read'] }), file], { locale })
      const { page } = editor
      await editor.edit('file')
      await page.locator('#node-input-file').fill(join(packageFolder, 'test/fixtures/inspect/classes.onnx'))
      await page.locator('#node-input-file').press('Tab')
      await page.locator('#daisychain-onnx-question').getByText(words.question).waitFor()
      await page.locator('.daisychain-onnx-way').getByText(words.option, { exact: true }).waitFor()
      const why = page.locator('#daisychain-onnx-takes .daisychain-onnx-why')
      assert.match((await why.textContent()) ?? '', words.reason)
      assert.match((await why.getAttribute('title')) ?? '', /^Its numbers are arranged as/, 'English is at the mouse')
      await editor.screenshot(`reasons ${locale}`)
      await editor.cancel()
      assert.deepEqual(editor.errors, [])
    })
  }
})
