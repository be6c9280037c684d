import assert from 'node:assert/strict'
import { hasMisreadConvolution, webgpuLayout } from '../../src/engine/lane/webgpu-layout'
import { findVariant, loadManifests, modelPath } from '../../src/models'
import type { OnnxFile } from '../../src/onnx/contents'
import { model } from './support'

describe('engine/lane/webgpu-layout', () => {
  it('keeps channels first if a convolution with six channels would go wrong, however its weights are stored', () => {
    assert.equal(webgpuLayout(model('six-channels')), 'NCHW')
    assert.equal(webgpuLayout(model('filter')), 'NHWC')
    const spade = loadManifests().find(({ id }) => id === 'spade')
    assert.ok(spade)
    assert.equal(webgpuLayout(modelPath(spade, findVariant(spade, 'mini'))), 'NCHW')
  })

  it('leaves faults of a file to the runtime', () => {
    assert.equal(webgpuLayout(__filename), 'NHWC')
    assert.equal(webgpuLayout(`${__filename}.nowhere`), 'NHWC')
  })

  const wrong = (dims: number[], attributes: Record<string, number | number[]> = {}) =>
    hasMisreadConvolution({
      nodes: [{ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'], attributes }],
      constants: new Map([['w', { dims, values: null }]]),
    } as unknown as OnnxFile)

  it('knows which convolutions those are', () => {
    assert.ok(wrong([8, 6, 3, 3]))
    assert.ok(wrong([16, 9, 3, 3]))
    assert.ok(wrong([4, 30, 1, 1], { strides: [2, 2] }))
    assert.ok(!wrong([8, 3, 3, 3]), 'a picture')
    assert.ok(!wrong([8, 12, 3, 3]), 'four divides 12')
    assert.ok(!wrong([6, 6, 3, 3]), 'four does not divide what it gives')
    assert.ok(!wrong([8, 6, 1, 1]), 'single places')
    assert.ok(!wrong([8, 6, 3, 3], { group: 2 }), 'in groups')
  })
})
