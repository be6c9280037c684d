import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Feed, sharedEngine } from '../../src/engine'
import { uniforms } from '../../src/random'
import {
  learnClasses,
  learnNumbers,
  onnxOfClasses,
  onnxOfNumbers,
  tellClass,
  tellNumbers,
  thingOf,
} from '../../src/teach'
import { Segmentation } from '../../src/types'
import { bell, cloud } from './support'

describe('a taught node as an ONNX file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daisychain-taught-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  function run(file: Buffer, features: Float32Array, length: number, outputs: string[]) {
    const dims = [features.length / length, length]
    return feed(file, { features: { kind: 'tensor', dtype: 'float32', dims, data: features } }, outputs)
  }

  async function feed(file: Buffer, feeds: Record<string, Feed>, outputs: string[]) {
    const path = join(folder, `${Math.random()}.onnx`)
    await writeFile(path, file)
    const engine = sharedEngine({ device: 'cpu' })
    try {
      const fetches = Object.fromEntries(outputs.map((name) => [name, { kind: 'tensor' } as const]))
      return (await engine.run(path, feeds, fetches)).outputs
    } finally {
      await engine.close()
    }
  }

  it('classifies as the node does: by weights and by the nearest examples', async () => {
    const random = uniforms(9)
    const ring = Array.from({ length: 80 }, (_, i) => {
      const angle = 2 * Math.PI * random()
      return [(i % 2) * 2 * Math.cos(angle) + 0.2 * bell(random), (i % 2) * 2 * Math.sin(angle) + 0.2 * bell(random)]
    }).flat()
    const rings = { classOf: ring.slice(0, 80).map((_, i) => i % 2), features: Float32Array.from(ring), count: 80 }
    const made = cloud(3, 10, 30, 2)
    for (const [kind, lesson, classes] of [
      ['linear', made.lesson, ['a', 'ü', '”']],
      ['nearest', rings, ['spot', 'ring']],
    ] as const) {
      const learned = learnClasses({ ...lesson, classes })
      assert.equal(learned.head.kind, kind)
      const length = lesson.features.length / lesson.count
      const tests = Float32Array.from({ length: 40 * length }, () => 2 * bell(random))
      const file = onnxOfClasses(learned)
      assert.ok(file.includes(JSON.stringify(classes)))
      const outputs = await run(file, tests, length, ['scores', 'class', 'strangeness'])
      for (let i = 0; i < 40; i++) {
        const { ranked, strangeness } = tellClass(learned, tests.subarray(i * length, (i + 1) * length))
        const at = Number(outputs.class?.data[i])
        assert.equal(classes[at], ranked[0]?.category)
        assert.ok(Math.abs(Number(outputs.scores?.data[i * classes.length + at]) - (ranked[0]?.score ?? 9)) < 1e-3)
        const said = Number(outputs.strangeness?.data[i])
        assert.ok(Math.abs(said - strangeness) < 1e-3 * Math.max(1, strangeness), `${said} ${strangeness}`)
      }
    }
  })

  it('recognises no strangers after one example per class, and finds the nearer of two that are equal', async () => {
    const features = Float32Array.from([0, 0, 4, 4, 4, 4])
    for (const [classes, classOf] of [
      [
        ['a', 'b'],
        [0, 1],
      ],
      [
        ['a', 'b', 'c'],
        [0, 1, 2],
      ],
    ] as const) {
      const count = classOf.length
      const learned = learnClasses({ classes, classOf, features: features.slice(0, 2 * count), count })
      const asked = Float32Array.from([0.1, 0, 4, 3.9, 900, -900])
      const outputs = await run(onnxOfClasses(learned), asked, 2, ['scores', 'class', 'strangeness'])
      for (let i = 0; i < 3; i++) {
        const { ranked, strangeness } = tellClass(learned, asked.subarray(2 * i, 2 * i + 2))
        assert.equal(strangeness, 0)
        assert.equal(Number(outputs.strangeness?.data[i]), 0)
        const scores = classes.map((_, c) => Number(outputs.scores?.data[i * classes.length + c]))
        for (const { category, score } of ranked)
          assert.ok(Math.abs((scores[classes.indexOf(category as 'a')] ?? 9) - score) < 1e-3)
      }
      // An example that is equal in two classes could be either, so the confidence is low.
      if (count === 3) assert.ok((tellClass(learned, [4, 4]).ranked[0]?.score ?? 1) < 0.6)
    }
  })

  it('predicts numbers as the node does', async () => {
    const random = uniforms(3)
    const shown = Array.from({ length: 50 }, () => [random(), random()] as const)
    const lesson = { features: Float32Array.from(shown.flat()), count: 50 }
    const targets = [
      shown.flatMap(([a, b]) => [a + b, 5 * a]),
      shown.flatMap(([a, b]) => [(a - 0.5) ** 2, (b - 0.5) ** 2]),
    ]
    const kinds = targets.map(async (wanted) => {
      const learned = learnNumbers({ ...lesson, outputs: 2, targets: Float64Array.from(wanted) })
      const tests = Float32Array.from({ length: 40 }, () => 1.5 * random())
      const { numbers } = await run(onnxOfNumbers(learned), tests, 2, ['numbers'])
      for (let i = 0; i < 20; i++) {
        tellNumbers(learned, tests.subarray(2 * i, 2 * i + 2)).forEach((said, k) => {
          assert.ok(Math.abs(said - Number(numbers?.data[2 * i + k])) < 1e-3)
        })
      }
      return learned.head.kind
    })
    assert.deepEqual(await Promise.all(kinds), ['linear', 'nearest'])
  })

  const random = uniforms(5)
  const cloudOf = (wide: number) => Array.from({ length: 7 }, () => [wide * random(), random()])
  const mapOf = (width: number, height: number, labels: number, odd: number) =>
    new Segmentation({
      ...{ width, height, labels: Array.from({ length: labels }, (_, i) => `label ${i}`) },
      data: Uint8Array.from({ length: width * height }, (_, i) =>
        i % odd ? Math.floor(labels * random()) : odd % labels,
      ),
    })
  const shown: [what: string, input: string, value: (own: number) => unknown][] = [
    ['points', 'points', (own) => cloudOf(1 + 2 * own)],
    ['label maps of odd and even sides', 'labels', (own) => mapOf(5 + Math.floor(3 * random()), 4 + own, 6, 2 + own)],
    ['label maps of one column', 'labels', (own) => mapOf(1, 9, 3, 2 + own)],
    ['label maps with many labels', 'labels', (own) => mapOf(9, 9, 80, 2 + own)],
  ]
  for (const [what, input, value] of shown)
    it(`begins with ${what} as they arrive`, async () => {
      const classOf = Array.from({ length: 24 }, (_, i) => i % 2)
      const things = [...classOf.map((own) => value(own)), ...(input === 'points' ? [Array(7).fill([3, 4])] : [])]
      const seen = things.map((thing) => thingOf(thing) as { kind: string; features: Float32Array })
      const features = Float32Array.from(seen.slice(0, 24).flatMap((one) => [...one.features]))
      const learned = learnClasses({ classes: ['a', 'b'], classOf, features, count: 24 })
      const file = onnxOfClasses(learned, { kind: seen[0]?.kind as string })
      for (const [i, thing] of things.entries()) {
        const data: Feed =
          thing instanceof Segmentation
            ? {
                ...{ kind: 'tensor', dtype: 'int64', dims: [1, thing.height, thing.width] },
                data: BigInt64Array.from([...thing.data].map(BigInt)),
              }
            : {
                kind: 'tensor',
                dtype: 'float32',
                dims: [1, 7, 2],
                data: Float32Array.from((thing as number[][]).flat()),
              }
        const outputs = await feed(file, { [input]: data }, ['scores', 'strangeness'])
        const { ranked, strangeness } = tellClass(learned, seen[i]?.features as Float32Array)
        const likely = Math.max(...Array.from(outputs.scores?.data ?? [], Number))
        assert.ok(Math.abs(likely - (ranked[0]?.score ?? 9)) < 1e-3, `${likely} ${ranked[0]?.score}`)
        const said = Number(outputs.strangeness?.data[0])
        assert.ok(Math.abs(said - strangeness) < 1e-3 * Math.max(1, strangeness), `${said} ${strangeness}`)
      }
    })
})
