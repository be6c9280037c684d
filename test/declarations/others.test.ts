import assert from 'node:assert/strict'
import { allDeclarations, builtInNodes, onlyRecords, others } from '../../src/declarations'
import { checkFlow, createChecker, type NodeDeclaration, readFlow } from '../../src/flow'
import type { PortType } from '../../src/types'

const giving = (payload: PortType): NodeDeclaration => ({ outputs: [{ payload }], passes: false })

/** The verdict for a wire that carries `payload` to a node. */
function verdict(payload: PortType, node: { type: string; [setting: string]: unknown }): string | undefined {
  const declarations = allDeclarations({ give: giving(payload) })
  const flow = [
    { id: 'a', type: 'give', wires: [['b']] },
    { id: 'b', ...node },
  ]
  return checkFlow(readFlow(flow), declarations).wires[0]?.verdict
}

describe('declarations for other packages', () => {
  const picture: PortType = { type: 'image' }
  const png: PortType = { type: 'image', format: 'png' }
  const dataURI: PortType = { type: 'image', format: 'dataURI' }
  const base64: PortType = { type: 'image', format: 'base64' }
  const emptyPicture: PortType = { type: 'record', fields: { w: { type: 'number' }, h: { type: 'number' } } }

  for (const [what, payload, node, expected] of [
    ['an encoded picture to the preview', png, { type: 'image' }, 'match'],
    ['a data URI to the preview', dataURI, { type: 'image' }, 'match'],
    ['pixels to the preview', picture, { type: 'image' }, 'convertible'],
    ['a number to the preview', { type: 'number' }, { type: 'image' }, 'mismatch'],
    ['pixels to a preview that is switched off', picture, { type: 'image', active: false }, 'match'],
    ['pixels beside what the preview looks at', picture, { type: 'image', data: 'picture' }, 'match'],
    ['pixels to a preview of a flow variable', picture, { type: 'image', dataType: 'flow' }, 'match'],
    ['an encoded picture to base64', png, { type: 'base64' }, 'match'],
    ['text to base64', { type: 'text' }, { type: 'base64' }, 'match'],
    ['pixels to base64', picture, { type: 'base64' }, 'convertible'],
    ['pixels to base64, whatever else is encoded there too', picture, { type: 'base64', action: 'b64' }, 'convertible'],
    ['pixels to base64, by way of text', picture, { type: 'base64', action: 'str' }, 'match'],
    ['pixels to the dashboard', picture, { type: 'ui-template' }, 'convertible'],
    ['pixels to the dashboard before', picture, { type: 'ui_template' }, 'convertible'],
    ['a data URI to the dashboard', dataURI, { type: 'ui-markdown' }, 'match'],
    ['a number to the dashboard', { type: 'number' }, { type: 'ui-text' }, 'match'],
    ['a JPEG to be annotated', { type: 'image', format: 'jpeg' }, { type: 'annotate-image' }, 'match'],
    ['a Buffer to be annotated', { type: 'image', format: 'buffer' }, { type: 'annotate-image' }, 'unknown'],
    ['pixels to be annotated', picture, { type: 'annotate-image' }, 'convertible'],
    ['a PNG to be annotated', png, { type: 'annotate-image' }, 'convertible'],
    ['text to be annotated', { type: 'text' }, { type: 'annotate-image' }, 'mismatch'],
    ['an encoded picture to image tools', png, { type: 'jimp-image' }, 'match'],
    ['pixels to image tools', picture, { type: 'jimp-image' }, 'convertible'],
    ['a caption to image tools', { type: 'text' }, { type: 'jimp-image' }, 'mismatch'],
    ['a path to image tools', { type: 'file', extension: '.png' }, { type: 'jimp-image' }, 'match'],
    ['the size of an empty picture to image tools', emptyPicture, { type: 'jimp-image' }, 'match'],
    ['pixels where image tools look elsewhere', picture, { type: 'jimp-image', data: 'logo' }, 'mismatch'],
    ['an encoded picture to the viewer of image tools', png, { type: 'image viewer' }, 'match'],
    ['a number to the viewer of image tools', { type: 'number' }, { type: 'image viewer' }, 'mismatch'],
    ['base64 to the viewer of image tools', base64, { type: 'image viewer' }, 'match'],
    ['a picture to read barcodes of', png, { type: 'Barcode Decoder' }, 'match'],
    ['base64, which is taken for a path, to read barcodes of', base64, { type: 'Barcode Decoder' }, 'convertible'],
    ['text for a barcode', { type: 'text' }, { type: 'Barcode Generator' }, 'match'],
    ['a picture for a barcode', png, { type: 'Barcode Generator' }, 'mismatch'],
    ['a Buffer to a picture on the dashboard', png, { type: 'ui_media' }, 'match'],
    ['a data URI, taken for a name, to a picture on the dashboard', dataURI, { type: 'ui_media' }, 'convertible'],
    ['the name of a picture on the dashboard', { type: 'text' }, { type: 'ui_media' }, 'match'],
    ['pixels to an email', picture, { type: 'e-mail' }, 'convertible'],
  ] as [string, PortType, { type: string }, string][])
    it(`${what}: ${expected}`, () => assert.equal(verdict(payload, node), expected))

  for (const [what, node, expected] of [
    ['a slider', { type: 'ui_slider', passthru: true }, 'number'],
    ['a field for numbers', { type: 'ui_numeric' }, 'number'],
    ['a day', { type: 'ui_date_picker' }, 'number'],
    ['a button for a number', { type: 'ui_button', payload: '1', payloadType: 'num' }, 'number'],
    ['a button for the time', { type: 'ui_button', payload: '', payloadType: 'date' }, 'number'],
    ['a button for yes', { type: 'ui_button', payload: 'true', payloadType: 'bool' }, 'boolean'],
    ['a button for a word', { type: 'ui_button', payload: '0.5', payloadType: 'str' }, undefined],
    ['a slider of the second dashboard', { type: 'ui-slider', passthru: false }, 'number'],
    ['one that sends on what comes', { type: 'ui-slider', passthru: true }, undefined],
    ['one that says nothing of it', { type: 'ui-slider' }, undefined],
  ] as [string, { type: string }, string | undefined][])
    it(`what ${what} gives: ${expected ?? 'nobody knows'}`, () => {
      const flow = readFlow([{ id: 'a', wires: [[]], ...node }])
      const [found] = createChecker(flow, allDeclarations()).outputs('a', 0)
      assert.equal(found?.types[0]?.type, expected)
    })

  for (const [ret, expected] of [
    ['buf', [{ type: 'image', format: 'buffer' }]],
    ['b64', [{ type: 'image', format: 'dataURI' }]],
    [undefined, [{ type: 'image', format: 'buffer' }]],
    ['img', []],
  ] as [string | undefined, PortType[]][])
    it(`what image tools give that send ${ret}`, () => {
      const node = { id: 'a', type: 'jimp-image', ret, sendProperty: 'picture', wires: [[]] }
      const [found] = createChecker(readFlow([node]), allDeclarations()).outputs('a', 0)
      assert.deepEqual(found?.types ?? [], expected)
      if (found) assert.equal(found.property, 'picture')
    })

  it('are overridden by this package’s, and by the other package’s own', () => {
    const theirs = giving({ type: 'text' })
    const all = allDeclarations({ image: theirs, 'daisychain-latent': theirs })
    assert.equal(all.get('image'), theirs)
    assert.equal(all.get('daisychain-latent'), builtInNodes()['daisychain-latent'])
    assert.equal(all.get('base64'), others.base64)
  })

  it('leave out invalid ones', () => {
    assert.deepEqual(onlyRecords({ a: {}, b: 7, c: null, d: [] }), { a: {} })
    for (const nothing of [null, undefined, 7, 'x', []]) assert.deepEqual(onlyRecords(nothing), {})
  })
})
