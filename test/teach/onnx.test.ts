import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Feed, sharedEngine } from '../../src/engine'
import { uniforms } from '../../src/random'
import { learnClasses, learnNumbers, onnxOfClasses, onnxOfNumbers, tellClass, tellNumbers } from '../../src/teach'
import { bell, cloud } from './support'

describe('what was taught, as an ONNX file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daisychain-taught-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  async function run(file: Buffer, features: Float32Array, length: number, outputs: string[]) {
    const path = join(folder, `${Math.random()}.onnx`)
    await writeFile(path, file)
    const engine = sharedEngine({ device: 'cpu' })
    try {
      const data: Feed = {
        kind: 'tensor',
        dtype: 'float32',
        dims: [features.length / length, length],
        data: features,
      }
      const fetches = Object.fromEntries(outputs.map((name) => [name, { kind: 'tensor' } as const]))
      return (await engine.run(path, { features: data }, fetches)).outputs
    } finally {
      await engine.close()
    }
  }

  it('tells classes as the node does: by weights and by the nearest examples', async () => {
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

  it('says numbers as the node does', async () => {
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
})
