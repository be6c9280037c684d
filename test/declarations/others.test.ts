import assert from 'node:assert/strict'
import { allDeclarations, builtInNodes, onlyRecords, others } from '../../src/declarations'
import { checkFlow, type NodeDeclaration, readFlow } from '../../src/flow'
import type { PortType } from '../../src/types'

const giving = (payload: PortType): NodeDeclaration => ({ outputs: [{ payload }], passes: false })

/** The verdict on a wire that carries `payload` to a node. */
function verdict(payload: PortType, node: { type: string; [setting: string]: unknown }): string | undefined {
  const declarations = allDeclarations({ give: giving(payload) })
  const flow = [
    { id: 'a', type: 'give', wires: [['b']] },
    { id: 'b', ...node },
  ]
  return checkFlow(readFlow(flow), declarations).wires[0]?.verdict
}

describe('what is declared for other packages', () => {
  const picture: PortType = { type: 'image' }
  const png: PortType = { type: 'image', format: 'png' }
  const dataURI: PortType = { type: 'image', format: 'dataURI' }

  for (const [what, payload, node, expected] of [
    ['an encoded picture to the preview', png, { type: 'image' }, 'match'],
    ['a data URI to the preview', dataURI, { type: 'image' }, 'match'],
    ['pixels to the preview', picture, { type: 'image' }, 'convertible'],
    ['a number to the preview', { type: 'number' }, { type: 'image' }, 'mismatch'],
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
    ['pixels to an email', picture, { type: 'e-mail' }, 'convertible'],
  ] as [string, PortType, { type: string }, string][])
    it(`${what}: ${expected}`, () => assert.equal(verdict(payload, node), expected))

  it('gives way to what this package says, and to what the other package says itself', () => {
    const theirs = giving({ type: 'text' })
    const all = allDeclarations({ image: theirs, 'daisychain-latent': theirs })
    assert.equal(all.get('image'), theirs)
    assert.equal(all.get('daisychain-latent'), builtInNodes()['daisychain-latent'])
    assert.equal(all.get('base64'), others.base64)
  })

  it('leaves out what is no declaration', () => {
    assert.deepEqual(onlyRecords({ a: {}, b: 7, c: null, d: [] }), { a: {} })
    for (const nothing of [null, undefined, 7, 'x', []]) assert.deepEqual(onlyRecords(nothing), {})
  })
})
