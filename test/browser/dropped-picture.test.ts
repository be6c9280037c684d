// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { readFlow } from '../../src/flow'
import { chainIn, provenanceOf, toXmp, xmpIn } from '../../src/provenance'
import { writeWav } from '../../src/types'
import { sound } from '../types/values'
import type { Editor } from './support/editor'
import { onOneVersion, type Session } from './support/suite'

declare const RED: any

const at = { z: 'tab', x: 300, y: 200 }
const chain = [
  { ...at, id: 'l', type: 'daisychain-latent', name: 'Where from', wires: [['f']] },
  { ...at, id: 'f', type: 'function', name: '<b>code</b>', func: 'throw 1', outputs: 1, wires: [['e']] },
  { ...at, id: 'e', type: 'daisychain-export', folder: '/somewhere', provenance: true, wires: [[]] },
]
const record = provenanceOf(readFlow(chain), 'e', {
  ...{ version: '9.8.7', message: {}, secrets: [] },
  modelOf: ({ id }) =>
    id === 'l' ? { node: 'l', label: 'A model', licence: 'CC BY-NC 4.0', nonCommercial: true, sha256: [] } : null,
  optionsOf: () => [],
})

onOneVersion('5.0', 'a picture dropped on the canvas', (session: () => Session) => {
  const drop = async (editor: Editor, bytes: Buffer, on?: string, name = 'made.png') => {
    const chart = await editor.page.locator('#red-ui-workspace-chart').boundingBox()
    const node = on ? await editor.node(on).boundingBox() : null
    assert.ok(chart)
    const place = node
      ? { x: node.x + node.width / 2, y: node.y + node.height / 2 }
      : { x: chart.x + 300, y: chart.y + 300 }
    await editor.dropFile({ name, type: 'image/png', bytes }, place)
  }
  const picture = (xmp?: string) => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    return (xmp ? red.withXmp(xmp) : red).webp().toBuffer()
  }

  it('shows its chain and models, and imports it only on request, without code', async () => {
    const editor = await session().open([{ id: 'tab', type: 'tab', label: 'Dropped' }])
    await drop(editor, await picture(toXmp(record)))
    const notice = editor.page.locator('.red-ui-notification', { hasText: 'Daisychain 9.8.7' })
    await notice.waitFor()
    const said = await notice.innerText()
    for (const word of ['Where from', '<b>code</b>', 'A model (CC BY-NC 4.0)', 'Nothing runs before you deploy'])
      assert.ok(said.includes(word), `${word} in ${said}`)
    const count = () => editor.page.evaluate(() => RED.nodes.filterNodes({}).length as number)
    assert.equal(await count(), 0)
    assert.equal(await editor.page.locator('#red-ui-drop-target').isVisible(), false)
    await notice.getByRole('button', { name: 'Import' }).click()
    await editor.page.mouse.move(500, 300)
    await editor.page.mouse.click(500, 300)
    await editor.page.waitForFunction(() => RED.nodes.filterNodes({}).length === 3)
    const [func, folder] = await editor.page.evaluate(() => {
      const of = (type: string) => RED.nodes.filterNodes({ type })[0]
      return [of('function').func, of('daisychain-export').folder]
    })
    assert.ok(!func && !folder, `${func} ${folder}`)
  })

  it('becomes an images node that contains it, and on a node its input; it is sent when deployed', async () => {
    const turn = { id: 'd', type: 'daisychain-adjust', z: 'tab', x: 500, y: 200, wires: [[]] }
    const editor = await session().open([{ id: 'tab', type: 'tab', label: 'Dropped' }, turn])
    const holders = () => editor.page.evaluate(() => RED.nodes.filterNodes({ type: 'daisychain-images' }).length)
    const held = async (count: number) => {
      await editor.page.waitForFunction(
        (count) => RED.nodes.filterNodes({ type: 'daisychain-images' }).length === count,
        count,
      )
      return (await editor.page.evaluate(() =>
        RED.nodes.filterNodes({ type: 'daisychain-images' }).map(({ id, name, source }: any) => ({ id, name, source })),
      )) as { id: string; name: string; source: string }[]
    }
    await drop(editor, await picture(), undefined, 'red.png')
    const [first] = await held(1)
    assert.deepEqual([first?.name, first?.source], ['red.png', 'upload'])
    assert.deepEqual(await editor.wires(), [])
    await drop(editor, await picture(), 'd', 'input.png')
    const added = (await held(2)).find(({ name }) => name === 'input.png')
    assert.deepEqual(await editor.wires(), [{ from: added?.id, port: 0, to: 'd' }])
    await editor.undo()
    assert.equal(await holders(), 1)
    await editor.redo()
    // Drop one more onto a node that already holds pictures.
    await drop(editor, await picture(), first?.id ?? '', 'more.png')
    await editor.page.getByText('“red.png” holds what you dropped').last().waitFor()
    await editor.deploy()
    await editor.press(added?.id ?? '')
    await editor.picture('d').waitFor()
    await editor.press(first?.id ?? '')
    await editor
      .node(first?.id ?? '')
      .getByText('2 pictures')
      .waitFor()
    // An unreadable file is refused with a sentence and adds no node.
    await drop(editor, Buffer.from('x'), undefined, 'IMG_1.heic')
    await editor.page.getByText(/"IMG_1.heic" is .*HEIC/).waitFor()
    assert.equal(await holders(), 2)
  })

  it('becomes an audio node if it is a sound, and on a node its input', async () => {
    const turn = { id: 'd', type: 'daisychain-convert', converter: 'mix-down', z: 'tab', x: 500, y: 200, wires: [[]] }
    const editor = await session().open([{ id: 'tab', type: 'tab', label: 'Dropped' }, turn])
    const node = await editor.node('d').boundingBox()
    assert.ok(node)
    const at = { x: node.x + node.width / 2, y: node.y + node.height / 2 }
    const file = { name: 'tone.wav', type: 'audio/wav', bytes: Buffer.from(writeWav(sound(1, 8000))) }
    await editor.dropFile(file, at)
    await editor.page.getByText('“tone.wav” holds what you dropped').last().waitFor()
    const [{ id }] = (await editor.page.evaluate(() =>
      RED.nodes.filterNodes({ type: 'daisychain-audio' }).map(({ id }: any) => ({ id })),
    )) as [{ id: string }]
    assert.deepEqual(await editor.wires(), [{ from: id, port: 0, to: 'd' }])
    await editor.deploy()
    await editor.press(id)
    await editor.picture('d').waitFor()
    await editor.screenshot('a dropped sound')
    // A file whose name isn't that of a sound is refused and adds no node.
    await editor.dropFile({ ...file, name: 'tone.txt' }, { x: at.x, y: at.y + 200 })
    await editor.page.getByText(/"tone.txt" isn't a sound/).waitFor()
    assert.equal(await editor.page.evaluate(() => RED.nodes.filterNodes({ type: 'daisychain-audio' }).length), 1)
  })

  it('is saved by the viewer with its chain on request, and reproduced from that, pixel by pixel', async () => {
    const made = [
      {
        ...at,
        x: 100,
        id: 'go',
        type: 'inject',
        props: [{ p: 'truncation', v: '0.4', vt: 'num' }],
        repeat: '',
        once: false,
        wires: [['from']],
      },
      { ...at, x: 250, id: 'from', type: 'daisychain-latent', seed: '7', wires: [['room']] },
      { ...at, x: 450, id: 'room', type: 'daisychain-stylegan', name: 'room', variant: 'mini', wires: [[]] },
    ]
    const editor = await session().open([{ id: 'tab', type: 'tab', label: 'Dropped' }, ...made])
    const { page } = editor
    const viewer = page.locator('dialog.daisychain-viewer')
    const save = async () => {
      const downloading = page.waitForEvent('download')
      await viewer.getByRole('button', { name: 'Save as PNG' }).click()
      return readFileSync(await (await downloading).path())
    }
    await editor.press('go')
    await editor.ran('room')
    await editor.picture('room').click({ force: true })
    const plain = await save()
    assert.equal(xmpIn(plain), null)
    await viewer.getByLabel('Say how it was made').check()
    await viewer.locator('.daisychain-viewer-travels').getByText('StyleGAN').first().waitFor()
    const told = await save()
    assert.deepEqual(JSON.parse(chainIn(xmpIn(told) ?? '') ?? '').options.room, { truncation: 0.4 })
    await page.keyboard.press('Escape')

    const other = await session().open([{ id: 'tab', type: 'tab', label: 'Elsewhere' }])
    await drop(other, told)
    const notice = other.page.locator('.red-ui-notification', { hasText: 'was made with Daisychain' })
    await notice.getByRole('button', { name: 'Reproduce' }).click()
    await other.page.getByText('The chain has the seeds, options and models of the picture.').waitFor()
    await other.page.mouse.move(680, 300)
    await other.page.mouse.click(680, 300)
    await other.page.waitForFunction(() => RED.nodes.filterNodes({}).length === 3)
    const [go, room] = await other.page.evaluate(() =>
      ['inject', 'daisychain-stylegan'].map((type) => RED.nodes.filterNodes({ type })[0].id as string),
    )
    await other.deploy()
    await other.press(go as string)
    await other.ran(room as string)
    // The notices cover the node.
    await other.page.locator('.red-ui-notification').evaluateAll((all) => {
      for (const notice of all) notice.remove()
    })
    await other.picture(room as string).click({ force: true })
    await other.page.getByLabel('Say how it was made').uncheck() // the page may remember that it was ticked
    const downloading = other.page.waitForEvent('download')
    await other.page.locator('dialog.daisychain-viewer').getByRole('button', { name: 'Save as PNG' }).click()
    assert.ok(readFileSync(await (await downloading).path()).equals(plain), 'the same bytes')
    await other.page.keyboard.press('Escape')
  })
})
