import assert from 'node:assert/strict'
import { allDeclarations } from '../../src/declarations'
import { checkFlow, readFlow } from '../../src/flow'
import type { PortType } from '../../src/types'

/** The verdict for a wire with a picture, with `mask` as its mask. */
function verdict(mask: PortType, node: { type: string; [setting: string]: unknown }): string | undefined {
  const declarations = allDeclarations({ give: { outputs: [{ payload: { type: 'image' }, mask }], passes: false } })
  const flow = [
    { id: 'a', type: 'give', wires: [['b']] },
    { id: 'b', ...node },
  ]
  return checkFlow(readFlow(flow), declarations).wires[0]?.verdict
}

describe('masks', () => {
  const found = (fields: Record<string, PortType>): PortType => ({
    type: 'array',
    itemType: { type: 'record', fields: { category: { type: 'text' }, ...fields } },
  })
  const masks: [string, PortType, string][] = [
    ['a grey picture', { type: 'image', channels: 1 }, 'match'],
    ['a picture with transparency', { type: 'image', channels: 4 }, 'match'],
    ['a picture as PNG', { type: 'image', format: 'png' }, 'adapts'],
    ['a drawing', { type: 'segmentation', labels: ['background', 'cat'] }, 'match'],
    ['found things with masks', found({ mask: { type: 'image', channels: 1 } }), 'match'],
    [
      'found things with boxes alone, which can be drawn',
      found({ box: { type: 'image_bounding_box' } }),
      'convertible',
    ],
    ['a number', { type: 'number' }, 'mismatch'],
    ['a sound', { type: 'audio' }, 'mismatch'],
    ['a vector', { type: 'vector', length: 512 }, 'mismatch'],
    ['true', { type: 'boolean' }, 'mismatch'],
  ]
  for (const [what, type, expected] of masks)
    it(`${what}: ${expected}`, () => {
      assert.equal(verdict(type, { type: 'daisychain-inpaint' }), expected, 'Inpaint')
      assert.equal(verdict(type, { type: 'daisychain-inpaint', variant: 'lama-opencv' }), expected, "OpenCV's")
      assert.equal(verdict(type, { type: 'daisychain-adjust', composite: 'cutout' }), expected, 'adjust')
    })
})
