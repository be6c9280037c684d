import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createEngine,
  type Engine,
  type FetchedPixels,
  type FetchedTensor,
  type PixelFeed,
  type PixelFetch,
  type PlaneFetch,
} from '../../src/engine'
import { withBytes } from '../../src/onnx/bytes'
import { type Ends, withEnds } from '../../src/onnx/ends'
import type { Element } from '../../src/onnx/write'
import { uniforms } from '../../src/random'
import { writeNetwork } from './network'

const [WIDTH, HEIGHT] = [7, 5]

/**
 * Pixels as input, and a tensor and its conversion as output: they must equal what is packed and unpacked
 * outside the graph.
 */
describe('onnx/ends', () => {
  let folder: string
  let engine: Engine
  let made = 0
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    engine = createEngine({ device: 'cpu', isolation: 'thread', threads: 1 })
  })
  after(async () => {
    await engine.close()
    rmSync(folder, { recursive: true })
  })

  const file = (network: Parameters<typeof writeNetwork>[1]) => {
    const path = join(folder, `${made++}.onnx`)
    writeNetwork(path, network)
    return path
  }
  const identity = (opset: number, type: Element, shape: (number | string)[]) =>
    file({
      opset,
      nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', type, shape }],
      outputs: [{ name: 'y', type, shape }],
    })
  const random = uniforms(7)
  const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256))
  const sizes = (layout: string, channels: number, of: readonly (number | string)[] = [HEIGHT, WIDTH]) => [
    ...(layout.startsWith('N') ? [1] : []),
    ...(layout.endsWith('CHW') ? [channels, ...of] : [...of, channels]),
  ]
  const near = (actual: ArrayLike<unknown>, wanted: ArrayLike<unknown>, within: number, what: string) => {
    assert.equal(actual.length, wanted.length, what)
    for (let i = 0; i < actual.length; i++)
      assert.ok(Math.abs(Number(actual[i]) - Number(wanted[i])) <= within, `${what}, ${i}: ${actual[i]}, ${wanted[i]}`)
  }
  const isLaid = (path: string, ends: Partial<Ends>) =>
    withBytes(path, (all) => withEnds(all, { inputs: {}, outputs: {}, ...ends })) !== null

  const scalings = [
    { scale: 1 / 255, offset: 0 },
    { scale: 2 / 255, offset: -1 },
    { scale: 1, offset: 0 },
    { scale: [0.017, 0.0175, 0.0174, 0.02], offset: [-2.1, -2.03, -1.8, 0.5] },
  ]
  const perChannel = ({ scale, offset }: (typeof scalings)[number], channels: number) =>
    Array.isArray(scale)
      ? { scale: scale.slice(0, channels), offset: (offset as number[]).slice(0, channels) }
      : { scale, offset }

  /** One in `every` of all combinations, chosen so that over time each value is combined with every other. */
  const some = <T extends unknown[]>(every: number, ...lists: { [K in keyof T]: readonly T[K][] }): T[] =>
    lists
      .reduce<unknown[][]>((all, list) => all.flatMap((each) => list.map((one) => [...each, one])), [[]])
      .filter((_, i) => i % every === 0) as T[]

  it('takes and returns planes instead of bytes for a graphics card', async () => {
    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    const scaling = { scale: [0.017, 0.0175, 0.0174], offset: [-2.1, -2.03, -1.8] }
    const back = {
      scale: scaling.scale.map((one) => 1 / one),
      offset: scaling.offset.map((one, i) => -one / (scaling.scale[i] as number)),
    }
    const cases = some<[number, Element, 'NCHW' | 'NHWC', 'RGB' | 'BGR']>(
      1,
      [7, 10, 13, 17],
      ['float32', 'float16'],
      ['NCHW', 'NHWC'],
      ['RGB', 'BGR'],
    )
    for (const [opset, type, layout, order] of cases) {
      const what = JSON.stringify([opset, type, layout, order])
      const ends: Ends = {
        inputs: { x: { channels: 3, layout, order, ...scaling } },
        outputs: { y: { kind: 'pixels', layout, order, ...back } },
      }
      const path = identity(opset, type, sizes(layout, 3))
      const made = withBytes(path, (all) => withEnds(all, ends, true))
      assert.ok(made, what)
      const [input, output] = [made.inputs.get('x') as string, made.outputs.get('y') as string]
      assert.ok(made.planes.has('x'), what)
      const planes = Float32Array.from(bytes(3 * HEIGHT * WIDTH))
      const session = await InferenceSession.create(made.bytes)
      const given = { [input]: new Tensor('float32', planes, [1, 3, HEIGHT, WIDTH]) }
      const got = await session.run(given)
      const asPlanes = made.asPlanes.get('y')
      // With channels last, there are only bytes.
      assert.equal(asPlanes !== undefined, layout === 'NCHW', what)
      if (asPlanes) near(got[asPlanes]?.data as Float32Array, planes, 1, what)
      const interleaved = Array.from(
        { length: planes.length },
        (_, i) => planes[(i % 3) * HEIGHT * WIDTH + Math.floor(i / 3)],
      )
      assert.deepEqual(got[output]?.dims, [1, HEIGHT, WIDTH, 3], what)
      near(got[output]?.data as Uint8Array, interleaved as number[], 1, what)
      await session.release()
    }
  })

  it('makes tensors from pictures, in every type, layout, order and file version', async () => {
    const tried = some<
      [number, Element, PixelFeed['layout'], [number, true?], 'RGB' | 'BGR', (typeof scalings)[number]]
    >(
      11,
      [7, 10, 13, 17],
      ['float32', 'float16', 'float64', 'uint8', 'int8'],
      ['NCHW', 'NHWC', 'CHW', 'HWC'],
      [[1], [3], [4], [3, true], [4, true]],
      ['RGB', 'BGR'],
      scalings,
    )
    let laid = 0
    for (const [opset, type, layout, [channels, luma], order, scaling] of tried) {
      const own = luma ? 1 : channels
      const shape = sizes(layout, own, scaling.scale === 1 ? ['height', ''] : [HEIGHT, WIDTH])
      const path = identity(opset, type, shape)
      const feed: PixelFeed = {
        kind: 'pixels',
        data: bytes(HEIGHT * WIDTH * channels),
        width: WIDTH,
        height: HEIGHT,
        channels,
        layout,
        order,
        ...perChannel(scaling, own),
        ...(luma && { luma }),
      }
      const what = JSON.stringify([opset, type, { ...feed, data: undefined }])
      if (!isLaid(path, { inputs: { x: feed } })) {
        const isAsItIs = type === 'uint8' && layout.endsWith('HWC') && scaling.scale === 1
        assert.ok(isAsItIs || (luma && layout.length === 3), what)
        continue
      }
      laid++
      const run = async (inGraph: boolean) =>
        (await engine.run(path, { x: feed }, { y: { kind: 'tensor' } }, { inGraph })).outputs.y
      const [inside, outside] = [await run(true), await run(false)]
      assert.deepEqual([inside.dims, inside.dtype], [outside.dims, outside.dtype], what)
      near(inside.data, outside.data, type === 'float16' ? 2e-2 : type.includes('int') ? 1 : 1e-4, what)
      await engine.release(path)
    }
    assert.ok(laid > tried.length * 0.75, `${laid} of ${tried.length}`)
  }).timeout(60_000)

  it('makes pictures and planes from tensors, in every layout, after an activation and for selected channels', async () => {
    const tried = some<[number, Element, 'NCHW' | 'NHWC', number, number, number]>(
      13,
      [7, 10, 13],
      ['float32', 'float16', 'uint8'],
      ['NCHW', 'NHWC'],
      [1, 3, 4, 6],
      [2, 3, 4],
      fetches('NCHW').map((_, i) => i),
    )
    for (const [opset, type, layout, channels, rank, which] of tried) {
      const shape = rank === 2 ? [HEIGHT, WIDTH] : sizes(layout, channels).slice(-rank)
      const length = shape.reduce((product: number, size) => product * Number(size), 1)
      const values = Float32Array.from({ length }, () => random() * 8 - 4)
      const x = { kind: 'tensor', dtype: type, dims: shape, data: type === 'uint8' ? bytes(length) : values }
      const fetch = fetches(layout)[which] as PixelFetch | PlaneFetch
      await compare(identity(opset, type, shape), x, fetch, `${opset} ${type} ${shape}`)
    }
  }).timeout(60_000)

  function fetches(layout: 'NCHW' | 'NHWC'): (PixelFetch | PlaneFetch)[] {
    const pixels = { kind: 'pixels', layout } as const
    const plane = { kind: 'plane', layout, scale: 1, offset: 0 } as const
    return [
      { ...pixels, scale: 255, offset: 0 },
      { ...pixels, scale: 60, offset: 128, order: 'BGR' },
      { ...pixels, scale: [10, 20, 30], offset: [100, 90, 80] },
      { ...pixels, scale: [10, 20, 30], offset: [100, 90, 80], order: 'BGR', channel: { first: 0, count: 3 } },
      { ...pixels, scale: 255, offset: 0, activation: 'sigmoid', channel: 2 },
      { ...pixels, scale: 255, offset: 0, activation: 'softmax', channel: 0 },
      plane,
      { ...plane, scale: -1, offset: 1, channel: 0 },
      { ...plane, activation: 'softmax', channel: 1, size: { width: 12, height: 9, box: [0, 0.1, 1, 0.8] } },
    ]
  }

  /** Checks for the same result, or the same error. */
  async function compare(path: string, x: object, fetch: PixelFetch | PlaneFetch, what: string): Promise<void> {
    const said = `${what} ${JSON.stringify(fetch)}`
    const run = (inGraph: boolean) =>
      engine
        .run(path, { x: x as never }, { y: fetch }, { inGraph })
        .then(({ outputs }) => outputs.y as FetchedPixels | FetchedTensor)
        .catch((error: Error) => error.message)
    const [inside, outside] = [await run(true), await run(false)]
    await engine.release(path)
    if (typeof inside === 'string' || typeof outside === 'string') {
      assert.equal(inside, outside, said)
      return
    }
    const { data: insides, ...others } = inside
    const { data: outsides, ...wanted } = outside
    assert.deepEqual(others, wanted, said)
    near(insides, outsides, fetch.kind === 'pixels' ? 1 : 1e-3, said)
  }

  it('leaves a network unchanged if the file’s declarations are wrong', async () => {
    // The file declares three channels, but its result has one.
    const path = file({
      opset: 13,
      nodes: [{ op: 'ReduceMax', inputs: ['x'], outputs: ['y'], attributes: { axes: [1] } }],
      inputs: [{ name: 'x', type: 'float32', shape: [1, 3, 'h', 'w'] }],
      outputs: [{ name: 'y', type: 'float32', shape: [1, 'c', 'h', 'w'] }],
    })
    const x = {
      kind: 'tensor',
      dtype: 'float32',
      dims: [1, 3, 2, 2],
      data: Float32Array.from({ length: 12 }, (_, i) => i / 12),
    }
    await compare(path, x, { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 }, 'unknown')
    await compare(path, x, { kind: 'pixels', layout: 'NHWC', scale: 255, offset: 0 }, 'the other layout')
    const lies = file({
      opset: 13,
      nodes: [{ op: 'Flatten', inputs: ['x'], outputs: ['y'], attributes: { axis: 3 } }],
      inputs: [{ name: 'x', type: 'float32', shape: ['a', 'b', 'c', 'd'] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['n', 3, 'h', 'w'] }],
    })
    const grey = {
      kind: 'tensor',
      dtype: 'float32',
      dims: [1, 1, 3, 4],
      data: Float32Array.from({ length: 12 }, (_, i) => i / 12),
    }
    await compare(lies, grey, { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 }, 'a lie')
  })
})
