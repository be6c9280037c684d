import assert from 'node:assert/strict'
import type { OnnxNode } from '../../src/onnx/contents'
import { firstFilter } from '../../src/onnx/first-filter'

const step = (op: string, inputs: string[], output: string): OnnxNode => ({
  op,
  inputs,
  outputs: [output],
  attributes: {},
})

/** The statistics that a network with two filters has learned about their responses. */
function learnt(nodes: OnnxNode[], numbers: Record<string, number[]>) {
  const constants = new Map([['w', { dims: [2, 3, 1, 1], values: null }]])
  const all: Record<string, number[]> = { w: [1, 0, 0, 0, 1, 0], ...numbers }
  const read = (name: string) => (all[name] ? Float32Array.from(all[name]) : null)
  return firstFilter({ nodes, constants }, 'x', read)?.learnt
}

describe('a network’s statistics about its first filters', () => {
  const conv = step('Conv', ['x', 'w'], 'c')
  const normed = [conv, step('BatchNormalization', ['c', 's', 'b', 'mean', 'variance'], 'y')]

  it('are read from the step that normalises their responses, unless it was never trained', () => {
    const found = learnt(normed, { mean: [1, 2], variance: [4, 9] })
    assert.deepEqual(
      [found?.mean, found?.variance].map((list) => [...(list ?? [])]),
      [
        [1, 2],
        [4, 9],
      ],
    )
    assert.equal(learnt(normed, { mean: [0, 0], variance: [1, 1] }), null)
  })

  it('are found if that normalisation is written out, also after steps that only rearrange values', () => {
    for (const [op, factors] of [
      ['Mul', [0.5, 0.25]],
      ['Div', [2, 4]],
    ] as const) {
      const nodes = [
        conv,
        step('Transpose', ['c'], 't'),
        step('Sub', ['t', 'mean'], 'd'),
        step('Cast', ['d'], 'e'),
        step(op, ['e', 'factors'], 'y'),
      ]
      const found = learnt(nodes, { mean: [1, 2], factors: [...factors] })
      assert.deepEqual(
        [[...(found?.mean ?? [])], [...(found?.variance ?? [])]],
        [
          [1, 2],
          [4, 16],
        ],
      )
    }
    // With another step in between, nothing is known.
    const other = [conv, step('Relu', ['c'], 'r'), step('Sub', ['r', 'mean'], 'd'), step('Mul', ['d', 'factors'], 'y')]
    assert.equal(learnt(other, { mean: [1, 2], factors: [1, 2] }), null)
  })
})
