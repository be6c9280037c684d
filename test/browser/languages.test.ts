import { onOneVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'

const said = {
  'de-DE': {
    wants: 'Erwartet: ein Bild',
    gives: 'Liefert: einen Text',
    wire: '„words“ liefert einen Text',
    unfit:
      '„show“ braucht ein Bild, aber „words“ liefert einen Text. Setze einen Node dazwischen, der ein Bild liefert, oder entferne die Verbindung.',
    notice: 'Eine Verbindung bringt etwas, das der nächste Node nicht verwenden kann.',
  },
  'ja-JP': {
    wants: '入力: 画像',
    gives: '出力: テキスト',
    wire: '「words」の出力: テキスト',
    unfit:
      '「show」に必要なのは 画像 ですが、「words」の出力は テキスト です。画像 を出力するノードを間に置くか、ワイヤーを削除してください。',
    notice: '次のノードで使えない値を運ぶワイヤーが 1 本あります。',
  },
}

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
      await session().server.setFlows(typedFlow({ words: ['show'] }))
      await editor.page.locator('.red-ui-notification', { hasText: words.notice }).waitFor()
      const wrong = await session().open(typedFlow({ words: ['show'] }), { locale })
      await wrong.action('daisychain:show-problems')
      const problem = wrong.page.locator('.daisychain-problem')
      await problem.getByText(words.unfit).waitFor()
      await problem.locator('summary').click()
      await problem.getByText('“show” needs an image, but “words” gives text.').waitFor()
    })
  }
})
