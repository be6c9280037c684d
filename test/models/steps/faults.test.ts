// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { loadManifests, type Model, runModel, validateManifest } from '../../../src/models'
import type { CropSpec, EachSpec, Step, Variant } from '../../../src/models/manifest'
import { cropOf } from '../../../src/models/steps/crop'
import { fixture, paint, tellingEngine } from '../support'

type Change = (steps: Step[], variant: Variant, model: Model) => unknown

const repeated = (steps: Step[]) => steps.find(({ repeat }) => repeat)!.repeat!
const written = (steps: Step[]) => steps.find(({ until }) => until)!.until!
const read = (steps: Step[]) =>
  steps.find(({ fetches = {} }) => Object.values(fetches).some(({ kind }) => kind === 'letters'))!

/** The model, the fault, the change that causes it, and the message about it. */
const wrong: [model: string, what: string, change: Change, sentence: RegExp][] = [
  [
    'hands',
    'a list of its own',
    (steps) => Object.assign(steps[1]!.each!, { of: 'hands' }),
    /it reads "hands", which is neither/,
  ],
  [
    'hands',
    'a line of no length',
    (steps) => Object.assign(steps[1]!.each!.crop!, { up: [2, 2] }),
    /between two different points \(got \[2,2\]\)$/,
  ],
  [
    'hands',
    'a limit that is a picture',
    (steps) => Object.assign(steps[1]!.each!, { most: 'image' }),
    /"most" of "each" names "image", which isn't an input of type number$/,
  ],
  ['hands', 'anchors on no grids', (steps) => delete steps[0]!.settings!.grids, /"grids" in its settings is missing$/],
  [
    'hands',
    'two results of one name',
    (steps) => {
      const { fetches = {} } = steps[1]!
      fetches.Identity_3 = { kind: 'number', to: 'score' }
      fetches.Identity_4 = { kind: 'number', to: 'score' }
    },
    /two fetches make "score"$/,
  ],
  [
    'hands',
    'grids that no tensor is named for',
    (steps) => Object.assign(steps[0]!.settings!, { decode: 'scrfd', classes: ['a', 'b'], distances: ['a', 'b', 'c'] }),
    /"classes" in its settings must name a tensor for each of 3 strides \(got 2\)$/,
  ],
  [
    'readtext',
    'two lists that need each other',
    (steps) => Object.assign(steps[1]!.each!, { of: read(steps).each!.to }),
    /which is neither an input nor made by an earlier step$/,
  ],
  [
    'readtext',
    'a direction in words',
    (steps) => {
      const [fetch] = Object.values(steps[1]!.fetches!)
      Object.assign(fetch!, { labels: ['up', 'down'] })
    },
    /which must be a number or one of 0, 90, 180 and 270$/,
  ],
  [
    'segment',
    'clicks on another canvas',
    (steps) => {
      const feeds = Object.entries(steps[1]!.feeds!).filter(([, { kind }]) => kind === 'clicks')
      Object.assign((feeds[0]![1] as { size: object }).size, { width: 512 })
    },
    /feed "point_coords" places clicks in a "size" in which no step sees "image"$/,
  ],
  [
    'segment',
    'the best mask of no picture',
    (steps) => {
      const [fetch] = Object.values(steps[1]!.fetches!)
      Object.assign(fetch!, { of: 'features' })
    },
    /is a mask of "\w+", in which none of its feeds of kind "clicks" places clicks$/,
  ],
  [
    'segment',
    'more numbers than there can be',
    (steps) => Object.assign(steps[1]!.feeds!.mask_input!, { dims: [100_000, 100_000, 100] }),
    /feed "mask_input" has 1,000,000,000,000 numbers, more than a computer could hold$/,
  ],
  [
    'segment',
    'a file that no step runs',
    (_, variant) => Object.assign(variant, { file: 'all.onnx' }),
    /its "file" isn't run by any of its "steps": "all\.onnx"|"file" isn't one of its "files": "all\.onnx"/,
  ],
  [
    'ask',
    'text that ends after a million tokens',
    (steps) => Object.assign(written(steps), { most: 1e7 }),
    /"most" of "until" must be at most 1000000 tokens \(got 10000000\)$/,
  ],
  [
    'ask',
    'text that ends at a picture',
    (steps) => Object.assign(written(steps), { most: 'image' }),
    /"most" of "until" names "image", which isn't an input of type number$/,
  ],
  [
    'ask',
    'text without an end',
    (steps) => delete (written(steps) as Partial<Step['until'] & object>).most,
    /"until": "most" is missing$/,
  ],
  [
    'ask',
    'a cache of all inputs from one output',
    (steps) => Object.assign(written(steps), { cache: { 'past.*': 'present' } }),
    /"cache" needs one \* in both names or in neither \(got "past\.\*" and "present"\)$/,
  ],
  [
    'attngan',
    'a million turns',
    (steps) => Object.assign(repeated(steps), { times: 1e6 }),
    /"times" of "repeat" must be at most 10000 \(got 1000000\)$/,
  ],
  [
    'attngan',
    'noise for no computer',
    (steps) => Object.assign(repeated(steps).noise!, { dims: [1, 4, 1e5, 1e5] }),
    /"noise" has 40,000,000,000 numbers, more than a computer could hold$/,
  ],
  [
    'attngan',
    'a schedule that was distilled from more than it has',
    (steps) => Object.assign(repeated(steps).schedule!, { original: 2000 }),
    /"original" of the schedule must be at most its "trained" 1000 \(got 2000\)$/,
  ],
]

describe('invalid steps', () => {
  const models = loadManifests()

  for (const [id, what, change, sentence] of wrong)
    it(`is said in one sentence when the manifest is loaded: ${what}`, () => {
      const model = structuredClone(models.find((one) => one.id === id)!)
      const variant = model.variants.find(({ steps = [] }) =>
        id === 'attngan' ? steps.some(({ repeat }) => repeat) : steps.length > 0,
      )!
      model.variants = [variant]
      delete variant.knows
      assert.deepEqual(validateManifest(model), [])
      change(variant.steps!, variant, model)
      const faults = validateManifest(model)
      assert.equal(faults.length, 1, faults.join('\n'))
      assert.match(faults[0]!, sentence)
    })
})

describe('crops', () => {
  const picture = { width: 100, height: 100 }
  const three: [number, number][] = [
    [0.1, 0.1],
    [0.5, 0.1],
    [0.5, 0.5],
  ]
  const crops: Record<string, CropSpec> = {
    'turned to a point that is not there': { up: [0, 3] },
    'around points that are not there': { around: [1, 7] },
    'in a circle to a point that is not there': { around: { middle: 0, edge: 9 } },
    'between three corners': { around: 'corners' },
  }
  for (const [what, crop] of Object.entries(crops))
    it(`are refused ${what}, rather than made somewhere else`, () => {
      for (const landmarks of [three, []])
        assert.throws(
          () => cropOf({ box: [0, 0, 1, 1], landmarks }, crop, picture),
          /^Error: A crop needs .*: check "crop".* in the manifest\.$/,
        )
    })

  const { engine } = tellingEngine()
  it('fail with the message that reveals it', async () => {
    const model = structuredClone(fixture('blobs'))
    const variant = model.variants[0]!
    const step = variant.steps![1]!
    step.each = { ...step.each, crop: { up: [0, 99] } } as EachSpec
    const image = paint(60, 60, (x, y) => new Array(3).fill(Math.max(Math.abs(x - 30), Math.abs(y - 30)) < 8 ? 255 : 0))
    await assert.rejects(
      runModel(model, variant, { image }, engine),
      /A crop needs point 99, but the things have points? .*: check "crop"/,
    )
  })
})
