import { strict as assert } from 'node:assert'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { chainBetween } from '../../src/compile/chain'
import { type CompileOptions, compileChain } from '../../src/compile/compile'
import { prove, runFile } from '../../src/compile/prove'
import { writeJoined } from '../../src/compile/write-file'
import { writeTriton } from '../../src/compile/write-triton'
import { createEngine } from '../../src/engine'
import { setUserDirectory, userDirectory } from '../../src/models'
import { withBytes } from '../../src/onnx/bytes'
import { readOnnx } from '../../src/onnx/onnx-file'
import { uniforms } from '../../src/random'
import {
  addExample,
  EXTRACTORS,
  emptyBook,
  featuresOfPicture,
  keptPath,
  learnClasses,
  learnNumbers,
  tellClass,
  tellNumbers,
  writeBook,
} from '../../src/teach'
import { Image } from '../../src/types'
import { run } from '../cli/run'
import { bell } from '../teach/support'
import { flowOf, models } from './support'

type Shown = readonly [meaning: string | number[], features: Float32Array]

describe('a compiled taught node', function () {
  this.timeout(60_000)
  const engine = createEngine({ device: 'cpu', threads: 1 })
  const before = userDirectory()
  const userDir = mkdtempSync(join(tmpdir(), 'daisychain-test-taught-'))
  const { random, draw, seen } = pictures()
  setUserDirectory(userDir)
  after(async () => {
    setUserDirectory(before)
    await engine.close()
    rmSync(userDir, { recursive: true })
  })

  /** Stores examples as the node with this id would. */
  function teach(id: string, kind: string, shown: readonly Shown[], classes: string[] = []): string {
    const path = keptPath(userDir, id)
    mkdirSync(dirname(path), { recursive: true })
    const book = shown.reduce(
      (book, [meaning, features]) => addExample(book, kind, { meaning, features }),
      emptyBook(classes),
    )
    writeFileSync(path, writeBook(book, EXTRACTORS))
    return path
  }

  async function compiled(flow: ReturnType<typeof flowOf>, to: string, options: Partial<CompileOptions> = {}) {
    const chain = await chainBetween(flow, 'a', to, models)
    const made = await compileChain(chain, engine, { name: 'chain', ...options })
    const path = writeJoined(made.file, mkdtempSync(join(userDir, 'made-')), 'chain.onnx')
    await prove(chain, made, runFile(path, made.outputs, engine), engine)
    return { ...made, path, chain }
  }

  /** Opens the file as others do, without this package's engine. */
  async function opened(path: string) {
    const session = await ort.InferenceSession.create(path)
    const [input = ''] = session.inputNames
    const ask = async (data: Uint8Array | Float32Array, dims: number[]) => {
      const tensor =
        data instanceof Float32Array ? new ort.Tensor('float32', data, dims) : new ort.Tensor('uint8', data, dims)
      const result = await session.run({ [input]: tensor })
      return Object.fromEntries(
        Object.entries(result).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
      )
    }
    return { ask, close: () => session.release() }
  }

  function learned(shown: readonly Shown[], classes: string[]) {
    const features = Float32Array.from(shown.flatMap(([, features]) => [...features]))
    const classOf = shown.map(([meaning]) => classes.indexOf(meaning as string))
    return learnClasses({ classes, classOf, features, count: shown.length })
  }

  const near = (one: number | undefined, other: number, most: number) =>
    assert.ok(Math.abs((one ?? Number.NaN) - other) <= most, `${one} ${other}`)

  it('classifies pictures as the flow does: the same classes, scores and “none”', async () => {
    const kinds = ['disc', 'bars', 'größer „als“']
    const shown: Shown[] = []
    for (let i = 0; i < 30; i++) shown.push([kinds[i % 3] as string, await seen(engine, draw(i % 3))])
    teach('b', 'picture', shown)
    const made = await compiled(
      flowOf(['daisychain-camera', { width: 160, height: 120 }], ['daisychain-teach'], ['debug']),
      'c',
    )
    assert.deepEqual(
      [made.inputs, made.outputs].map((ports) => ports.map(({ name, property }) => [name, property])),
      [
        [['image', 'payload']],
        [
          ['class', 'payload'],
          ['score', 'score'],
          ['ranked', 'ranked'],
        ],
      ],
    )
    const { metadata } = withBytes(made.path, readOnnx)
    const [said] = JSON.parse(metadata['daisychain.outputs'] as string)
    assert.deepEqual([said.kind, said.element, said.labels], ['category', 'uint8', [...kinds, 'none']])
    assert.equal(metadata.licence, 'Apache-2.0')

    const model = learned(shown, kinds)
    const { ask, close } = await opened(made.path)
    const found = new Set<string>()
    for (let i = 0; i < 24; i++) {
      const picture = draw(i % 4)
      const told = tellClass(model, await seen(engine, picture))
      const answer = await ask(picture.data as Uint8Array, [120, 160, 3])
      const wanted = told.strangeness > 1 ? 'none' : (told.ranked[0]?.category as string)
      found.add(wanted)
      // The compiled file resizes pictures in different steps than the flow, so only clear cases must agree.
      if (Math.abs(told.strangeness - 1) > 0.02) assert.equal(said.labels[answer.class?.[0] as number], wanted)
      near(answer.score?.[0], told.ranked[0]?.score as number, 0.02)
      for (const { category, score } of told.ranked) near(answer.ranked?.[kinds.indexOf(category)], score, 0.02)
    }
    assert.deepEqual([...found].sort(), [...kinds, 'none'].sort())
    await close()
  })

  for (const [what, settings, none] of [
    ['says “none” where the node does', {}, true],
    ['never says “none” where the node does not', { unknown: 'nearest' }, false],
  ] as const)
    it(`tells vectors as the flow does, and ${what}`, async () => {
      // A ring around a spot: no straight line separates them, so the class must come from the nearest
      // examples.
      const shown = Array.from({ length: 80 }, (_, i): Shown => {
        const [angle, far] = [2 * Math.PI * random(), (i % 2) * 2]
        const at = [Math.cos(angle), Math.sin(angle)].map((one) => 300 + 100 * (far * one + 0.2 * bell(random)))
        return [i % 2 ? 'ring' : 'spot', Float32Array.from(at)]
      })
      teach('a', 'vector 2', shown, ['never shown', 'spot', 'ring'])
      const { path, outputs } = await compiled(flowOf(['daisychain-teach', settings]), 'a')
      const classes = ['spot', 'ring']
      const labels = none ? [...classes, 'none'] : classes
      assert.deepEqual(outputs[0]?.value, { ...outputs[0]?.value, kind: 'category', labels })
      const model = learned(shown, classes)
      assert.equal(model.head.kind, 'nearest')
      const { ask, close } = await opened(path)
      const found = new Set<string>()
      for (let i = 0; i < 60; i++) {
        const given = Float32Array.from([0, 0], () => 300 + 100 * (i % 3 ? 1.5 : 6) * bell(random))
        const told = tellClass(model, given)
        const answer = await ask(given, [2])
        const wanted = none && told.strangeness > 1 ? 'none' : (told.ranked[0]?.category as string)
        found.add(wanted)
        assert.equal(labels[answer.class?.[0] as number], wanted)
        near(answer.score?.[0], told.ranked[0]?.score as number, 1e-3)
        for (const { category, score } of told.ranked) near(answer.ranked?.[classes.indexOf(category)], score, 1e-3)
      }
      assert.equal(found.size, labels.length)
      await close()
    })

  for (const outputs of [1, 3])
    it(`says ${outputs === 1 ? 'a number' : 'several numbers'} as the flow does, none beyond what was taught`, async () => {
      const shown = Array.from({ length: 40 }, (): Shown => {
        const given = Float32Array.from([0, 0, 0, 0], () => 10 * bell(random))
        const all = [given[0], 100 * Math.sin((given[1] as number) / 8), (given[2] as number) + (given[3] as number)]
        return [all.slice(0, outputs) as number[], given]
      })
      teach('a', 'vector 4', shown)
      const learns = outputs === 1 ? { learns: 'number' } : { learns: 'numbers', count: '3' }
      const { path } = await compiled(flowOf(['daisychain-teach', learns]), 'a')
      const model = learnNumbers({
        ...{ features: Float32Array.from(shown.flatMap(([, features]) => [...features])), count: 40, outputs },
        targets: Float64Array.from(shown.flatMap(([meaning]) => meaning as number[])),
      })
      const { ask, close } = await opened(path)
      for (let i = 0; i < 40; i++) {
        const given = Float32Array.from([0, 0, 0, 0], () => (i % 2 ? 10 : 60) * bell(random))
        const answer = await ask(given, [4])
        const told = tellNumbers(model, given)
        const said = answer[outputs === 1 ? 'number' : 'numbers'] ?? []
        assert.equal(said.length, outputs)
        for (const [k, number] of told.entries()) near(said[k], number, 0.02)
        near(answer.score?.[0], model.told as number, 1e-5)
      }
      await close()
    })

  it('is one step among others: after a model, and before another taught node; for Triton too', async () => {
    const rooms: Shown[] = []
    for (let i = 0; i < 12; i++) rooms.push([[i, (i % 5) - 2], await seen(engine, draw(i % 3))])
    teach('b', 'picture', rooms)
    const sides = Array.from(
      { length: 20 },
      (_, i): Shown => [i % 2 ? 'much' : 'little', Float32Array.of(i / 2, bell(random))],
    )
    teach('c', 'vector 2', sides)
    const flow = flowOf(
      ['daisychain-stylegan'],
      ['daisychain-teach', { learns: 'numbers', count: 2 }],
      ['daisychain-teach', { property: 'payload' }],
    )
    const made = await compiled(flow, 'c')
    assert.deepEqual(
      made.inputs.map(({ name }) => name),
      ['z', 'truncation'],
    )
    const { files, runEnsemble } = writeTriton(made, join(userDir, 'triton'), 'chain')
    assert.ok(runEnsemble)
    await prove(made.chain, made, runEnsemble(engine), engine, 1)
    assert.ok(files.includes('chain-3-teach/config.pbtxt'), files.join())
  })

  it('reads another property, a single number, and examples contained in the flow', async () => {
    const shown = Array.from(
      { length: 20 },
      (_, i): Shown => [i % 2 ? 'warm' : 'cold', Float32Array.of((i % 2) * 9 + bell(random))],
    )
    const examples = writeBook(
      shown.reduce((book, [meaning, features]) => addExample(book, 'vector 1', { meaning, features }), emptyBook()),
      EXTRACTORS,
    )
    const flow = flowOf(['inject'], ['daisychain-teach', { id: 'shared', property: 'degrees', examples }])
    const chain = await chainBetween(flow, 'shared', 'shared', models)
    const made = await compileChain(chain, engine, { name: 'chain' })
    assert.deepEqual(
      made.inputs.map(({ name, property }) => [name, property]),
      [['number', 'degrees']],
    )
    const path = writeJoined(made.file, mkdtempSync(join(userDir, 'made-')), 'chain.onnx')
    await prove(chain, made, runFile(path, made.outputs, engine), engine)
    const { ask, close } = await opened(path)
    for (const [degrees, label] of [
      [0, 0],
      [9, 1],
      [900, 2],
    ] as const)
      assert.deepEqual((await ask(Float32Array.of(degrees), [1])).class, [label])
    await close()
  })

  const shown: Shown[] = Array.from({ length: 12 }, (_, i) => [i % 2 ? 'a' : 'b', Float32Array.of(i % 2, i / 9)])
  const refused: [what: string, keep: () => void, flow: ReturnType<typeof flowOf>, to: string, sentence: RegExp][] = [
    [
      'was taught nothing',
      () => {},
      flowOf(['daisychain-teach', { name: 'mine' }]),
      'a',
      /“mine” \(teach\) cannot be compiled: it was taught nothing yet \(there is no .*a\.jsonl\): teach it/,
    ],
    [
      'is in a subflow',
      () => {},
      flowOf(['subflow', { id: 's' }], ['daisychain-teach', { id: 'a', z: 's' }]),
      'a',
      /teach \(a\) cannot be compiled: it is in a subflow/,
    ],
    [
      'has one class',
      () =>
        teach(
          'a',
          'vector 2',
          shown.filter(([name]) => name === 'a'),
        ),
      flowOf(['daisychain-teach']),
      'a',
      /only “a” has examples/,
    ],
    [
      'has one number',
      () => teach('a', 'vector 2', [[[1], Float32Array.of(1, 2)]]),
      flowOf(['daisychain-teach', { learns: 'number' }]),
      'a',
      /only one example/,
    ],
    [
      'learns numbers now, but was taught classes',
      () => teach('a', 'vector 2', shown),
      flowOf(['daisychain-teach', { learns: 'number' }]),
      'a',
      /examples stand for classes, but it learns numbers/,
    ],
    [
      'was taught sounds',
      () => teach('a', 'sound', shown),
      flowOf(['daisychain-teach']),
      'a',
      /its examples are sounds, which a compiled file cannot take: use “Export as ONNX”/,
    ],
    [
      'was taught points',
      () =>
        teach(
          'a',
          'points 21',
          shown.map(([name, features]) => [name, new Float32Array(45).fill(features[0] as number)] as const),
        ),
      flowOf(['daisychain-teach']),
      'a',
      /its examples are lists of 21 points, which/,
    ],
    [
      'gets other vectors',
      () => {
        teach(
          'a',
          'vector 2',
          shown.map(([, f], i) => [[i, i, i], f]),
        )
        teach('b', 'vector 2', shown)
      },
      flowOf(['daisychain-teach', { learns: 'numbers', count: 3 }], ['daisychain-teach']),
      'b',
      /teach \(b\) was taught with vectors of 2 numbers, but vectors of 3 numbers arrive/,
    ],
    [
      'gets pictures, but was taught vectors',
      () => teach('b', 'vector 2', shown),
      flowOf(['daisychain-photosketch'], ['daisychain-teach']),
      'b',
      /teach \(b\) was taught with vectors of 2 numbers, but pictures arrive/,
    ],
    [
      'gets vectors, but was taught pictures',
      () => {
        teach(
          'a',
          'vector 2',
          shown.map(([, f], i) => [[i, i], f]),
        )
        teach('b', 'picture', shown)
      },
      flowOf(['daisychain-teach', { learns: 'numbers', count: 2 }], ['daisychain-teach']),
      'b',
      /teach \(b\) needs a picture/,
    ],
    [
      'sends some messages another way',
      () => {
        teach('a', 'vector 2', shown)
        teach('b', 'vector 2', shown)
      },
      flowOf(['daisychain-teach', { wires: [['b'], []] }], ['daisychain-teach']),
      'b',
      /teach \(a\) sends what it doesn't know another way.* Set “Anything else” to “the nearest class”/,
    ],
    [
      'has a damaged file',
      () =>
        writeFileSync(
          teach('a', 'vector 2', shown),
          '{"format":"daisychain-teach","version":1,"classes":["a"],"examples":9}\n',
        ),
      flowOf(['daisychain-teach']),
      'a',
      /a\.jsonl breaks off: it has 0 of 9 examples/,
    ],
    [
      'has a file of a newer version',
      () => writeFileSync(teach('a', 'vector 2', shown), '{"format":"daisychain-teach","version":9}\n'),
      flowOf(['daisychain-teach']),
      'a',
      /newer version of Daisychain/,
    ],
  ]
  for (const [what, keep, flow, to, sentence] of refused)
    it(`is refused where it ${what}, in a sentence that names the node`, async () => {
      rmSync(join(userDir, 'daisychain'), { recursive: true, force: true })
      keep()
      await assert.rejects(compiled(flow, to), sentence)
    })

  it('is compiled by the command line, from the named user directory', async () => {
    teach('a', 'vector 2', shown)
    const flows = join(userDir, 'flows.json')
    writeFileSync(flows, JSON.stringify([{ id: 'a', type: 'daisychain-teach', name: 'mine', wires: [[], []] }]))
    const asked = ['compile', flows, '--from', 'a', '--to', 'a', '--out', join(userDir, 'out')]
    const made = await run([...asked, '--userdir', userDir])
    assert.deepEqual([made.code, made.error], [0, ''])
    assert.match(made.out, /“mine” \(teach\) is compiled as it is taught now, with 12 examples of 2 classes\./)
    const refused = await run([...asked, '--userdir', join(userDir, 'none')])
    assert.equal(refused.code, 1)
    assert.match(refused.error, /“mine” \(teach\) cannot be compiled: it was taught nothing yet/)
  })
})

/**
 * Drawn pictures of three classes, and of a fourth that isn't taught, with random colours, places and sizes.
 */
function pictures() {
  const random = uniforms(23)
  const [width, height] = [160, 120]
  function draw(kind: number): Image {
    const [red, green, blue, x, y, size] = Array.from({ length: 6 }, () => random()) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const data = new Uint8Array(3 * width * height)
    for (let i = 0; i < width * height; i++) {
      const [left, top] = [i % width, Math.floor(i / width)]
      const isIn = [
        () => (left - 50 - 60 * x) ** 2 + (top - 40 - 40 * y) ** 2 < (20 + 20 * size) ** 2,
        () => Math.floor(left / (8 + 8 * size) + x) % 2 === 0,
        () => Math.floor(top / (8 + 8 * size) + y) % 2 === 0,
        () => random() < 0.5,
      ][kind] as () => boolean
      const light = isIn() ? 0.9 : 0.25
      data.set(
        [80 + 170 * red, 80 + 170 * green, 80 + 170 * blue].map((one) => one * light),
        3 * i,
      )
    }
    return new Image({ width, height, channels: 3, data })
  }
  const seen = (engine: ReturnType<typeof createEngine>, picture: Image) => featuresOfPicture(engine, picture)
  return { random, draw, seen }
}
