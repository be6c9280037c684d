// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { createEngine, type Engine, type EngineError } from '../../../src/engine'
import {
  type Manifest,
  type Model,
  type RunModelOptions,
  runModel,
  validateManifest,
  warmUp,
} from '../../../src/models'
import type { RepeatSpec, ScheduleSpec, Step } from '../../../src/models/manifest'
import { createSchedule } from '../../../src/models/steps/schedule'
import { normals } from '../../../src/random'
import type { Image } from '../../../src/types'
import { fixture, fixturesFolder, paint, tellingEngine } from '../support'

interface Golden {
  schedules: {
    schedule: ScheduleSpec
    turns: number
    strength?: number
    seed: string
    times: number[]
    value: number[]
  }[]
  pictures: { kind: string; turns: number; guidance: number; strength?: number; latent: number[]; pixels: number[] }[]
}

/** The results of diffusers for the same inputs; see make.py in that folder. */
const golden = JSON.parse(readFileSync(`${fixturesFolder}/imagine/golden.json`, 'utf8')) as Golden
const near = (actual: ArrayLike<number>, wanted: readonly number[], within: number, what: string) => {
  assert.equal(actual.length, wanted.length, what)
  for (const [i, value] of wanted.entries())
    assert.ok(Math.abs(actual[i]! - value) <= within, `${what}: number ${i} is ${actual[i]}, not ${value}`)
}

describe('schedules', () => {
  for (const { schedule: spec, turns, strength, seed, times, value: wanted } of golden.schedules)
    it(`${JSON.stringify(spec)} in ${turns} turns${strength ? ` with a strength of ${strength}` : ''} is as in diffusers`, () => {
      const start = Float32Array.from({ length: 12 }, (_, i) => -1 + (2 * i) / 11)
      let drawn = 0
      const noise = () => Float32Array.from(normals(drawn++ === 0 ? seed : `${seed} ${drawn}`, 12))
      const schedule = createSchedule(spec, turns, strength ?? 1)
      let value = schedule.begin(noise(), strength === undefined ? undefined : start)
      const asked: number[] = []
      for (let turn = schedule.first; turn < turns; turn++) {
        const time = schedule.time(turn)
        asked.push(time)
        const guess = schedule.scaled(turn, value).map((x) => Math.sin(x * 1.3 + time / 700) * 0.8 + x * 0.1)
        value = schedule.next(turn, value, schedule.clean(turn, value, guess), noise)
      }
      near(asked, times, 1e-3, 'times')
      near(value, wanted, 1e-4, 'value')
    })

  it('state how many steps they have', () => {
    assert.throws(() => createSchedule({ kind: 'lcm' }, 51, 1), /at most 50 steps \(got 51\)/)
    assert.throws(() => createSchedule({ kind: 'lcm' }, 11, 0.2), /strength of 0.2 .* at most 10 steps/)
  })
})

describe('a repeated step', () => {
  const { engine, runs, fed } = tellingEngine()

  const imagine = fixture('imagine')
  const make = async (kind: string, given: object, options: RunModelOptions = {}, model: Model = imagine) => {
    const variant = model.variants.find(({ id }) => id === kind)!
    const { outputs } = await runModel(model, variant, { caption: 'red cat', ...given }, engine, options)
    return outputs.result as Image
  }
  /** One pixel of each 8 × 8 block, because each block has only one colour. */
  const pixels = ({ width, height, data }: Image) =>
    Array.from({ length: (width * height * 3) / 64 }, (_, i) => {
      const [at, c] = [Math.floor(i / 3), i % 3]
      const [x, y] = [(at % (width / 8)) * 8, Math.floor(at / (width / 8)) * 8]
      return data[(y * width + x) * 3 + c]!
    })
  const grey = paint(64, 64, () => [127.5, 127.5, 127.5])
  /** The same picture as in make.py. All its latents differ. */
  const stripes = paint(64, 64, (x, y) =>
    [0, 1, 2].map((c) => (x * 3 + y * 5 + c * 70 + Math.floor(x / 8) * Math.floor(y / 8) * 11) % 256),
  )
  /** The decoder's input times the scale, as in the schedules. */
  const latent = () => (fed.at(-1)!.latent_sample as { data: Float32Array }).data.map((x) => x * 0.18215)

  for (const { kind, turns: steps, guidance, strength, latent: wantedLatent, pixels: wanted } of golden.pictures)
    it(`makes the picture that diffusers makes with ${kind}, ${steps} steps, guidance ${guidance}${strength ? ', from a picture' : ''}`, async () => {
      const picture = strength === undefined ? {} : { picture: stripes, strength }
      const result = await make(kind, { steps, guidance, seed: 5, ...picture })
      assert.deepEqual([result.width, result.height], [64, 64])
      near(latent(), wantedLatent, 1e-4, 'latent')
      near(pixels(result), wanted, 1, 'pixel')
      const left = kind === 'lcm' ? steps : Math.floor(steps * (strength ?? 1))
      const turns = kind === 'ddim' ? left * 2 : left
      assert.equal(runs.filter((file) => file === 'unet').length, turns)
      assert.equal(runs.includes('vae_encoder'), strength !== undefined)
    })

  it('gives the same result for the same seed, a number or a word, and another for another seed or none', async () => {
    const all: Image[] = []
    for (const seed of [7, '7', 'seven', 'seven', undefined, undefined])
      all.push(await make('lcm', { seed, width: 24, height: 16 }))
    const bytes = all.map(({ width, height, data }) => `${width}×${height} ${Buffer.from(data).toString('hex')}`)
    assert.ok(bytes.every((one) => one.startsWith('24×16 ')))
    assert.equal(bytes[0], bytes[1])
    assert.equal(bytes[2], bytes[3])
    assert.equal(new Set(bytes).size, 4)
  })

  it('keeps the words while they are the same, and the picture unchanged without strength', async () => {
    const results = new Map()
    for (const steps of [1, 2]) await make('lcm', { steps, seed: 1 }, { results })
    assert.deepEqual(runs, ['text_encoder', 'unet', 'vae_decoder', 'unet', 'unet', 'vae_decoder'])
    runs.splice(0)
    for (const kind of ['lcm', 'euler', 'ddim']) await make(kind, { picture: grey, strength: 0 })
    for (const kind of ['euler', 'ddim']) await make(kind, { picture: grey, strength: 0.2, steps: 4 })
    assert.ok(!runs.includes('unet'))
  })

  it('starts with any picture, cropped to the requested size; the same one is encoded once', async () => {
    const results = new Map()
    const wide = paint(200, 90, (x) => [x, 128, 255 - x])
    const begun = async (width: number, height: number, strength: number) => {
      const result = await make('lcm', { picture: wide, width, height, strength, seed: 1, steps: 1 }, { results })
      return [result.width, result.height]
    }
    assert.deepEqual(await begun(48, 64, 0.5), [48, 64])
    assert.deepEqual(await begun(48, 64, 0.9), [48, 64])
    assert.equal(runs.filter((file) => file === 'vae_encoder').length, 1)
    assert.deepEqual(await begun(64, 48, 0.9), [64, 48])
    assert.equal(runs.filter((file) => file === 'vae_encoder').length, 2)
    // Cropped from the centre: 120 of 200 columns, with the colours around x = 100.
    const { data } = fed.find(({ sample }) => sample?.kind === 'pixels')!.sample as { data: Uint8Array }
    const columns = [data[0]!, data[47 * 3]!]
    assert.ok(columns[0]! > 62 && columns[0]! < 74 && columns[1]! > 126 && columns[1]! < 138, columns.join())
  })

  it('gives the same result for the same picture, although its encoder draws noise', async () => {
    const once = async () => Buffer.from((await make('lcm', { picture: stripes, strength: 0.3, seed: 1 })).data)
    assert.deepEqual(await once(), await once())
  })

  it('reports its progress, shows rough pictures, and ends between two steps when nobody waits any longer', async () => {
    const told: [number, number][] = []
    const rough: Image[] = []
    const tell: RunModelOptions = {
      progress: (done, turns) => void told.push([done, turns]),
      partial: ({ result }) => void rough.push(result as Image),
    }
    await make('lcm', { steps: 4, width: 80, height: 64, seed: 1 }, tell)
    assert.deepEqual(
      told,
      [0, 1, 2, 3].map((done) => [done, 4]),
    )
    assert.deepEqual(
      rough.map(({ width, height }) => [width, height]),
      new Array(3).fill([10, 8]),
    )
    assert.ok(new Set(rough[2]!.data).size > 10)
    for (const last of [0, 1, 2, 3]) {
      runs.splice(0)
      const stop = new AbortController()
      const progress = (done: number) => done === last && stop.abort()
      await assert.rejects(make('lcm', { steps: 4, seed: 1 }, { progress, signal: stop.signal }), { code: 'withdrawn' })
      assert.deepEqual(runs.filter((file) => file === 'unet').length, last + 1)
    }
  })

  it('ends at any file if nobody waits any longer, and gives the same result afterwards', async () => {
    const given = { picture: stripes, strength: 0.5, steps: 2, seed: 3 }
    const whole = Buffer.from((await make('lcm', given)).data)
    const files = [...runs]
    assert.equal(files.length, 5)
    for (const last of files.keys()) {
      const [stop, results] = [new AbortController(), new Map()]
      let begun = 0
      const stopping = {
        ...engine,
        load: engine.load.bind(engine),
        run: (...asked: Parameters<Engine['run']>) => {
          if (begun++ === last) stop.abort()
          return engine.run(...asked)
        },
      } as Engine
      const variant = imagine.variants[0]!
      const told = { results, signal: stop.signal }
      await assert.rejects(runModel(imagine, variant, { caption: 'red cat', ...given }, stopping, told), {
        code: 'withdrawn',
      })
      assert.equal(begun, last + 1)
      assert.deepEqual(Buffer.from((await make('lcm', given, { results })).data), whole)
    }
  })

  it('reports if memory runs out at the third file, and continues once there is more', async () => {
    // Loading a file takes about twice its size: the text encoder and the picture's network fit, the denoiser
    // doesn't.
    const memoryLimit = statSync(`${fixturesFolder}/imagine/unet.onnx`).size
    const tight = createEngine({ device: 'cpu', isolation: 'thread', memoryLimit })
    const [variant] = imagine.variants
    const given = { caption: 'red cat', picture: stripes, strength: 0.5, steps: 2, seed: 3 }
    await assert.rejects(runModel(imagine, variant!, given, tight), (error: EngineError) => {
      assert.equal(error.code, 'memory')
      assert.match(error.message, /^unet\.onnx needs about .*, more than the engine's limit of .*Raise the limit/)
      return true
    })
    await tight.close()
    await make('lcm', given)
  })

  it('is tried with a single step', async () => {
    const once = new Proxy(engine, {
      get: (all, key) => {
        if (key !== 'run') return Reflect.get(all, key)
        return async (...asked: Parameters<Engine['run']>) => {
          const result = await all.run(...asked)
          done.push(asked[0].split('/').at(-1)!)
          return result
        }
      },
    })
    const done: string[] = []
    await warmUp(imagine, imagine.variants[0]!, once)
    assert.deepEqual(done, ['text_encoder.onnx', 'vae_encoder.onnx', 'unet.onnx'])
  })

  it('without a schedule uses the network’s own output', async () => {
    const model = structuredClone({ ...imagine }) as Model
    const [variant] = model.variants
    const unet = variant!.steps!.find(({ file }) => file === 'unet.onnx')!
    const { output, to, noise } = unet.repeat!
    unet.repeat = { output, to, times: 3, noise: noise! }
    variant!.steps = variant!.steps!.filter(({ file }) => file !== 'vae_encoder.onnx')
    assert.deepEqual(validateManifest(model), [])
    const result = await make('lcm', { seed: 1, steps: 1 }, {}, model)
    assert.equal(runs.filter((file) => file === 'unet').length, 3)
    assert.equal(result.width, 64)
  })

  it('refuses impossible sizes and numbers of steps', async () => {
    await assert.rejects(make('lcm', { width: 60 }), /Imagine's width must be a multiple of 8 \(got 60\)/)
    await assert.rejects(make('euler', { steps: 2.5 }), /Imagine's steps must be a whole number \(got 2\.5\)/)
    await assert.rejects(
      make('lcm', { picture: grey, height: 60 }),
      /Imagine's height must be a multiple of 8 \(got 60\)/,
    )
    await assert.rejects(make('lcm', { picture: grey, strength: 0.05, steps: 4 }), /at most 2 steps \(got 4\): raise/)
    assert.equal(runs.includes('unet'), false)
  })

  const broken: [string, (repeat: RepeatSpec, step: Step, manifest: Manifest) => unknown, RegExp][] = [
    ['nothing', () => {}, /^$/],
    ['no output', (repeat) => Reflect.deleteProperty(repeat, 'output'), /step 3, "repeat": "output" is missing/],
    [
      'a schedule that there is not',
      (repeat) => Object.assign(repeat.schedule!, { kind: 'heun' }),
      /there is no kind “heun”/,
    ],
    [
      'what the schedule does not have',
      (repeat) => Object.assign(repeat.schedule!, { spacing: 'trailing' }),
      /"schedule": there is no "spacing" here/,
    ],
    ['no noise', (repeat) => Reflect.deleteProperty(repeat, 'noise'), /"schedule" needs "noise"/],
    [
      'nothing to begin with',
      (repeat) => {
        for (const key of ['noise', 'from', 'schedule', 'strength']) Reflect.deleteProperty(repeat, key)
      },
      /needs "from" or "noise" to start from/,
    ],
    [
      'strength without a beginning',
      (repeat) => Reflect.deleteProperty(repeat, 'from'),
      /"strength" is for a "schedule"/,
    ],
    [
      'too much strength',
      (repeat) => Object.assign(repeat, { strength: 2 }),
      /"strength": 2 must be a number from 0 to 1/,
    ],
    ['half a turn', (repeat) => Object.assign(repeat, { times: 0.5 }), /"times": 0\.5 must be a whole number from 1/],
    [
      'a number of turns that is text',
      (repeat) => Object.assign(repeat, { times: 'caption' }),
      /"caption", which isn't an input of type number/,
    ],
    [
      'a name that there is not',
      (repeat) => Object.assign(repeat, { times: 'turns' }),
      /"turns", which isn't an input/,
    ],
    [
      'sides that are none',
      (repeat) => Object.assign(repeat.noise!, { dims: [1, 4, 0, 8] }),
      /"dims": 0 must be a whole number from 1/,
    ],
    [
      'a number that may be missing',
      (_, __, { inputs }) => {
        const steps = inputs.find(({ name }) => name === 'steps')!
        Object.assign(steps, { optional: true, type: { type: 'number' } })
      },
      /needs the number "steps", so that input needs a default/,
    ],
    [
      'fetches',
      (_, step) => Object.assign(step, { fetches: { out_sample: { kind: 'tensor', to: 'x' } } }),
      /has no fetches/,
    ],
    [
      'no value',
      (_, step) => Reflect.deleteProperty(step.feeds!, 'sample'),
      /needs a feed of kind "repeat" as "value"/,
    ],
    [
      'a feed of a step that does not repeat',
      (_, step) => Reflect.deleteProperty(step, 'repeat'),
      /a feed of kind "repeat" is for steps with "repeat"/,
    ],
    ['each', (_, step) => Object.assign(step, { each: { of: 'words', to: 'all' } }), /"each" or "repeat", not both/],
    ['a task', (_, step) => Object.assign(step, { task: 'frames' }), /"repeat" is for steps of the task transform/],
    [
      'guidance by what is not fed',
      (repeat) => Object.assign(repeat, { guidance: { scale: 2, instead: { caption: 'negative' } } }),
      /"instead" replaces "caption", which none of its feeds reads/,
    ],
    [
      'a rough picture of text',
      (repeat) => Object.assign(repeat.rough!, { to: 'words' }),
      /makes "words", which isn't an output of type image/,
    ],
    ['too few colours', (repeat) => repeat.rough!.colors.pop(), /"rough" has 3 colours, but "noise" has 4 channels/],
    [
      'an odd number of waves',
      (_, { feeds }) => Object.assign(feeds!.timestep_cond!, { length: 31 }),
      /feed "timestep_cond" needs an even number as "length" \(got 31\)/,
    ],
  ]
  for (const [what, change, sentence] of broken)
    it(`is refused at load with ${what}`, () => {
      const manifest = structuredClone({ ...imagine }) as Manifest
      const step = manifest.variants[0]!.steps![2]!
      change(step.repeat!, step, manifest)
      const faults = validateManifest(manifest)
      assert.match(faults.find((fault) => sentence.test(fault)) ?? faults.join('\n'), sentence)
    })
})
