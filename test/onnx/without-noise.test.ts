import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Feed } from '../../src/engine'
import { withBytes } from '../../src/onnx/bytes'
import { withoutNoise } from '../../src/onnx/without-noise'
import { type NewNode, tensor } from '../../src/onnx/write'
import { writeNetwork } from './network'

const folder = mkdtempSync(join(tmpdir(), 'daisychain-noise-'))
const engine = createEngine({ device: 'cpu', isolation: 'thread' })
after(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

let made = 0
/** A file that adds the "noise" made by `nodes` to its input. */
function network(nodes: NewNode[], type: 'float32' | 'float16' = 'float32', opset = 14): string {
  const path = join(folder, `${++made}.onnx`)
  const port = (name: string) => ({ name, type, shape: [1, 'n'] })
  const add: NewNode = { op: 'Add', inputs: ['x', 'noise'], outputs: ['y'] }
  writeNetwork(path, { opset, nodes: [...nodes, add], inputs: [port('x')], outputs: [port('y')] })
  return path
}

const numbers = [1, 2, 3, 4]
async function run(path: string, still: boolean, dtype: 'float32' | 'float16' = 'float32'): Promise<number[]> {
  const feed: Feed = { kind: 'tensor', dtype, dims: [1, 4], data: Float32Array.from(numbers) }
  const { outputs } = await engine.run(path, { x: feed }, { y: { kind: 'tensor' } }, { still })
  return Array.from(outputs.y.data as Float32Array)
}

const like: NewNode = { op: 'RandomNormalLike', inputs: ['x'], outputs: ['noise'] }
const shape: NewNode = { op: 'Shape', inputs: ['x'], outputs: ['shape'] }
const zeros: NewNode = { op: 'ConstantOfShape', inputs: ['shape'], outputs: ['zeros'] }

describe('noise drawn by a graph', () => {
  for (const [what, nodes, type] of [
    ['like a tensor', [like]],
    ['of a deviation', [{ ...like, attributes: { scale: { float: 3 } } }]],
    ['as PyTorch exports it', [shape, zeros, { ...like, inputs: ['zeros'], attributes: { dtype: 1 } }]],
    ['of a fixed shape', [{ op: 'RandomNormal', inputs: [], outputs: ['noise'], attributes: { shape: [1, 4] } }]],
    ['in half precision', [shape, zeros, { ...like, inputs: ['zeros'], attributes: { dtype: 10 } }], 'float16'],
  ] as [string, NewNode[], 'float16'?][])
    it(`${what} is left out on request, and there otherwise`, async () => {
      const path = network(nodes, type)
      assert.deepEqual(await run(path, true, type), numbers)
      assert.deepEqual(await run(path, true, type), numbers)
      // On a processor, ONNX Runtime draws no float16 noise, so the original can't be run there at all.
      if (type !== 'float16') assert.notDeepEqual(await run(path, false, type), numbers)
    })

  it('stays if its mean isn’t 0, and a file without any is unchanged', () => {
    const around = network([{ ...like, attributes: { mean: { float: 2 } } }])
    const none = network([
      {
        op: 'Constant',
        inputs: [],
        outputs: ['noise'],
        attributes: { value: { tensor: tensor('float32', [1], [0]) } },
      },
    ])
    for (const path of [around, none]) assert.equal(withBytes(path, withoutNoise), null)
  })

  it('is removed together with adding steps before and after the network', async () => {
    const path = join(folder, 'pictures.onnx')
    const port = (name: string) => ({ name, type: 'float32' as const, shape: [1, 3, 'h', 'w'] })
    const add: NewNode = { op: 'Add', inputs: ['x', 'noise'], outputs: ['y'] }
    writeNetwork(path, { opset: 14, nodes: [like, add], inputs: [port('x')], outputs: [port('y')] })
    const data = Uint8Array.from({ length: 4 * 2 * 3 }, (_, i) => i * 10)
    const way = { layout: 'NCHW', scale: 1, offset: 0 } as const
    const { outputs } = await engine.run(
      path,
      { x: { kind: 'pixels', data, width: 4, height: 2, channels: 3, ...way } },
      { y: { kind: 'pixels', ...way } },
      { still: true },
    )
    assert.deepEqual([...(outputs.y.data as Uint8Array)], [...data])
  })
})
