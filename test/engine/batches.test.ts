import assert from 'node:assert/strict'
import { createEngine } from '../../src/engine'
import { createBatches, kindOf } from '../../src/engine/batches'
import { type Answer, type Job, joinJobs } from '../../src/engine/job'
import { hasBatchDimension, joinTensors, splitTensor } from '../../src/engine/lane/batch'
import { fresh } from '../../src/engine/lane/buffers'
import { detach, type Packet, type RunReply, type RunRequest } from '../../src/engine/protocol'
import type { Feed, TensorInfo } from '../../src/engine/types'
import { findVariant, loadManifests, modelPath } from '../../src/models'
import { normals } from '../../src/random'
import { KINDS, row, tensor } from './support'

const info = (name: string, ...shape: (number | string)[]): TensorInfo => ({ name, dtype: 'float32', shape })

function request(feeds: Record<string, Feed>, path = '/m.onnx'): Packet<RunRequest> {
  const blocks: Uint8Array[] = []
  return {
    body: { op: 'run', path, options: {}, runs: [{ feeds: detach(feeds, blocks), fetches: { y: tensor } }] },
    blocks,
  }
}

const reply = (batch: number, more: Partial<RunReply> = {}): RunReply => ({
  outputs: [],
  batch,
  joinable: true,
  device: 'cpu',
  attempts: [],
  ms: { load: 0, pre: 0, run: 1, post: 0 },
  ...more,
})

describe('engine/batches', () => {
  describe('runs of one kind', () => {
    const kind = (feeds: Record<string, Feed>, path?: string) => kindOf(request(feeds, path).body)

    it('have the same model and input shapes, whatever the values', () => {
      assert.equal(kind({ x: row(1, 2) }), kind({ x: row(3, 4) }))
      assert.notEqual(kind({ x: row(1, 2) }), kind({ x: row(1, 2, 3) }))
      assert.notEqual(kind({ x: row(1, 2) }), kind({ x: row(1, 2) }, '/other.onnx'))
    })

    it('never include a profiled run', () => {
      assert.equal(kindOf({ ...request({ x: row(1) }).body, profile: true }), null)
    })
  })

  describe('the batch size', () => {
    /** The state after these single runs and batches, each given as its time. */
    function learnt(alone: number[], together: number[] = []) {
      const batches = createBatches()
      batches.ran('k', reply(1), 900) // the first run is slow, and must not count
      for (const ms of alone) batches.ran('k', reply(1), ms)
      for (const share of together) batches.ran('k', reply(4), 4 * share)
      return batches
    }

    it('is one until single runs have been measured, then four', () => {
      assert.equal(createBatches().best('k', 100), 1)
      assert.equal(learnt([10, 10]).best('k', 100), 1)
      assert.equal(learnt([10, 10, 10]).best('k', 100), 4)
      assert.equal(learnt([10, 10, 10]).best('another', 100), 1)
    })

    it('is one if the graph has no batch dimension', () => {
      const batches = createBatches()
      for (let i = 0; i < 9; i++) batches.ran('k', reply(1, { joinable: false }), 10)
      assert.equal(batches.best('k', 100), 1)
    })

    it('is one again if batches prove slower, or hardly faster', () => {
      assert.equal(learnt([10, 10, 10], [12, 12, 12, 12]).best('k', 100), 4, 'too early to tell')
      assert.equal(learnt([10, 10, 10], [12, 9, 12, 9, 12]).best('k', 100), 1)
      assert.equal(learnt([10, 10, 10], [9.8, 9.8, 9.8, 9.8, 9.8]).best('k', 100), 1)
      assert.equal(learnt([10, 10, 10], [30, 30, 9, 9, 9]).best('k', 100), 4)
    })

    it('is tried again after many single runs', () => {
      const batches = learnt([10, 10, 10], [12, 12, 12, 12, 12])
      for (let i = 0; i < 200; i++) {
        assert.equal(batches.best('k', 100), 1)
        batches.ran('k', reply(1), 10)
      }
      batches.ran('k', reply(1), 10)
      assert.equal(batches.best('k', 100), 4)
    })

    it('is smaller for large inputs, which gain nothing', () => {
      const batches = learnt([10, 10, 10])
      assert.deepEqual(
        [1, 2 ** 20, 1.5 * 2 ** 20, 3 * 2 ** 20].map((bytes) => batches.best('k', bytes)),
        [4, 4, 2, 1],
      )
    })

    it('is one after a failure, until the lane is replaced', () => {
      const batches = learnt([10, 10, 10])
      batches.failed('k')
      batches.ran('k', reply(1), 10)
      assert.equal(batches.best('k', 100), 1)
      batches.forget()
      for (let i = 0; i < 4; i++) batches.ran('k', reply(1), 10)
      assert.equal(batches.best('k', 100), 4)
    })
  })

  it('combines jobs, and gives each its part of the reply', () => {
    const answers: Answer[] = []
    const job = (queued: number, ...values: number[]): Job => ({
      packet: request({ x: row(...values) }),
      path: '/m.onnx',
      caller: null,
      timeLimit: 100,
      kind: 'k',
      queued,
      started: 0,
      resolve: (answer) => answers.push(answer),
      reject() {},
    })
    const joined = joinJobs([job(1000, 1, 2), job(1010, 3, 4)], () => {})
    const { body, blocks } = joined.packet
    assert.equal(body.op === 'run' && body.runs.length, 2)
    assert.deepEqual(
      blocks.map((block) => [...new Float32Array(block.buffer as ArrayBuffer)]),
      [
        [1, 2],
        [3, 4],
      ],
    )
    assert.equal(joined.timeLimit, 200)
    const outputs = ['a', 'b'].map((name) => ({ [name]: {} })) as unknown as RunReply['outputs']
    joined.resolve({ ok: reply(2, { outputs, ms: { load: 5, pre: 2, run: 8, post: 4 } }), blocks: [], wait: 30 })
    assert.deepEqual(
      answers.map(({ ok, wait }) => [(ok as RunReply).outputs, (ok as RunReply).ms, wait]),
      [
        [[{ a: {} }], { load: 5, pre: 1, run: 4, post: 2 }, 37],
        [[{ b: {} }], { load: 5, pre: 1, run: 4, post: 2 }, 27],
      ],
    )
  })

  it('recognises a batch dimension by its name', () => {
    const has = (inputs: TensorInfo[], outputs: TensorInfo[]) => hasBatchDimension({ inputs, outputs })
    assert.ok(has([info('x', 'n', 3), info('z', 'n')], [info('y', 'n', 5)]))
    assert.ok(!has([info('x', 1, 3)], [info('y', 1, 5)]), 'a fixed one')
    assert.ok(!has([info('x', 'n', 3)], [info('found', 'found', 7)]), 'a list of what was found')
    assert.ok(!has([info('x', '', 3)], [info('y', '', 5)]), 'no name')
    assert.ok(!has([info('x', 'n', 3), info('scale')], [info('y', 'n', 5)]), 'one number for all')
    assert.ok(!has([], [info('y', 'n')]), 'no input')
  })

  it('concatenates tensors, and splits outputs', () => {
    const one = (...values: number[]) =>
      ({ type: 'float32', dims: [1, 2], data: Float32Array.from(values), location: 'cpu' }) as const
    const { dims, data } = joinTensors([one(1, 2), one(3, 4), one(5, 6)] as never, fresh)
    assert.deepEqual(
      [dims, [...data]],
      [
        [3, 2],
        [1, 2, 3, 4, 5, 6],
      ],
    )
    const parts = splitTensor('y', { type: 'float32', dims, data }, 3)
    assert.deepEqual(
      parts.map((part) => [part.dims, [...part.data]]),
      [
        [
          [1, 2],
          [1, 2],
        ],
        [
          [1, 2],
          [3, 4],
        ],
        [
          [1, 2],
          [5, 6],
        ],
      ],
    )
    assert.throws(() => splitTensor('y', { type: 'float32', dims, data }, 2), /"y" is 3×2, which does not hold 2 exam/)
  })

  for (const isolation of KINDS) {
    describe(`in a ${isolation} lane`, () => {
      const engine = createEngine({ device: 'cpu', isolation, threads: 1 })
      after(() => engine.close())

      const fileOf = (id: string) => {
        const model = loadManifests().find((one) => one.id === id)
        assert.ok(model)
        return modelPath(model, findVariant(model, 'mini'))
      }
      const path = fileOf('deeplab')
      const side = 32
      const image = (seed: number): Feed => ({
        kind: 'pixels',
        data: Uint8Array.from(normals(seed, side * side * 3, 128, 50)),
        width: side,
        height: side,
        channels: 3,
        layout: 'NCHW',
        scale: 1 / 255,
        offset: 0,
      })
      // All requests are for the same output, half of them in another size.
      const ask = (seed: number, batch: boolean) => {
        const size = { width: seed % 2 ? 32 : 48, height: 32, box: [0, 0, 1, 1] as const }
        return engine.run(path, { image: image(seed) }, { logits: { kind: 'argmax', axis: 1, size } }, { batch })
      }
      const seeds = Array.from({ length: 24 }, (_, seed) => seed)

      it('gives each run the same result as alone', async () => {
        const alone = await Promise.all(seeds.map((seed) => ask(seed, false)))
        assert.ok(alone.every(({ batch }) => batch === 1))
        const results = await Promise.all(seeds.map((seed) => ask(seed, true)))
        assert.ok(
          results.some(({ batch }) => batch === 4),
          'some were put together',
        )
        results.forEach(({ outputs, ms }, index) => {
          const wanted = alone[index]?.outputs.logits
          assert.deepEqual(outputs.logits.dims, wanted?.dims)
          // Where two classes have nearly the same score, rounding may decide either way.
          const other = outputs.logits.data.filter((id, at) => id !== wanted?.data[at]).length
          assert.ok(other <= outputs.logits.data.length / 200, `${other} pixels of number ${index}`)
          assert.ok(ms.run > 0 && ms.wait >= 0)
        })
      })

      it('runs each alone if the graph has no batch dimension', async () => {
        const file = fileOf('stylegan') // one truncation can apply to many vectors
        const dream = (seed: number) =>
          engine.run(
            file,
            {
              z: { kind: 'tensor', dtype: 'float32', dims: [1, 512], data: Float32Array.from(normals(seed, 512)) },
              truncation: { kind: 'tensor', dtype: 'float32', dims: [1], data: Float32Array.of(0.7) },
            },
            { image: tensor },
            { batch: true },
          )
        const dreams = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(dream))
        assert.ok(dreams.every(({ batch }) => batch === 1))
      })
    })
  }
})
