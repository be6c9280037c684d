import assert from 'node:assert/strict'
import { areMixed } from '../../src/inspect/mixed-planes'
import type { OnnxFile } from '../../src/onnx/contents'

/**
 * A network whose steps are written `Op from,from to`. Names with `w` are constants: weights of convolutions
 * with that many planes.
 */
function file(planes: Record<string, number>, ...steps: string[]): OnnxFile {
  return {
    nodes: steps.map((step) => {
      const [op = '', inputs = '', output = ''] = step.split(' ')
      return { op, inputs: inputs.split(','), outputs: [output], attributes: {} }
    }),
    constants: new Map(Object.entries(planes).map(([name, count]) => [name, { dims: [count, 8, 1, 1], values: null }])),
  } as unknown as OnnxFile
}

describe('planes with different meanings', () => {
  it('are scores and distances, even if all are parts of one map', () => {
    const parts = ['Conv x,w3 all', 'Slice all score', 'Slice all rest', 'Softplus rest far', 'Mul far,k sides']
    assert.equal(areMixed(file({ w3: 3, k: 1 }, ...parts, 'Concat score,sides y'), 'y'), true)
    assert.equal(
      areMixed(file({ w1: 1, w2: 2 }, 'Conv x,w1 a', 'Sigmoid a b', 'Conv x,w2 c', 'Concat b,c y'), 'y'),
      true,
    )
  })

  it('aren’t labels if each has its own convolution, nor pictures and what covers them', () => {
    const labels = ['Conv x,w1 a', 'Conv x,w2 b', 'Resize b c', 'Concat a,c y']
    assert.equal(areMixed(file({ w1: 1, w2: 2 }, ...labels), 'y'), false)
    const picture = ['Conv x,w3 a', 'Tanh a b', 'Conv x,w1 c', 'Sigmoid c d', 'Concat b,d y']
    assert.equal(areMixed(file({ w3: 3, w1: 1 }, ...picture), 'y'), false)
    assert.equal(areMixed(file({ w1: 1 }, 'Conv x,w1 y'), 'y'), false)
  })
})
