// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { type Manifest, type Model, runModel, validateManifest } from '../../../src/models'
import type { EachSpec, Step } from '../../../src/models/manifest'
import type { Thing } from '../../../src/models/steps/crop'
import { createFollower } from '../../../src/models/steps/follow'
import type { Image } from '../../../src/types'
import { fixture, paint, tellingEngine } from '../support'

interface Blob {
  x: number
  y: number
  size?: number
}

/** White squares on black. */
function picture(width: number, height: number, ...blobs: Blob[]): Image {
  const isLight = (x: number, y: number) =>
    blobs.some((blob) => Math.max(Math.abs(x + 0.5 - blob.x), Math.abs(y + 0.5 - blob.y)) <= (blob.size ?? 40) / 2)
  return paint(width, height, (x, y) => new Array(3).fill(isLight(x, y) ? 255 : 0))
}

describe('a model of several files', () => {
  const blobs = fixture('blobs')
  const { engine, runs } = tellingEngine()

  /** The same model with other settings for the step that runs for each detection. */
  function changed(each: Partial<EachSpec>, step: Partial<Step> = {}): Model {
    const model = structuredClone({ ...blobs })
    const second = model.variants[0]!.steps![1]!
    Object.assign(second, step, { each: { ...second.each, ...each } })
    assert.deepEqual(validateManifest(model), [])
    return model
  }

  const find = async (model: Model, image: unknown, state = new Map()) =>
    (await runModel(model, model.variants[0]!, { image }, engine, { state })).outputs.blobs as Thing[]
  const near = (actual: readonly number[], wanted: readonly number[], within: number) =>
    assert.ok(
      actual.every((value, i) => Math.abs(value - wanted[i]!) <= within),
      `${actual} is not ${wanted}`,
    )

  it('runs the second file for each thing that the first found, and maps its points back to the picture', async () => {
    for (const [width, height] of [
      [200, 100],
      [90, 180],
      [640, 640],
    ] as const) {
      const size = Math.max(width, height) / 5
      const places = [
        { x: width * 0.3, y: height * 0.3, size },
        { x: width * 0.72, y: height * 0.75, size },
      ]
      runs.splice(0)
      const found = await find(blobs, picture(width, height, ...places))
      assert.deepEqual(runs, ['find', 'look', 'look'])
      const middles = found.map(({ landmarks }) => landmarks![0]!).sort((a, b) => a[0] - b[0])
      for (const [i, { x, y }] of places.entries())
        near([middles[i]![0] * width, middles[i]![1] * height], [x, y], Math.max(width, height) / 64)
    }
  })

  it('rotates, shifts, squares and enlarges its crops', async () => {
    // The box is 24 of the letterbox's 64 pixels, which is 75 in the picture. The points are in a row to the
    // right.
    const image = picture(200, 200, { x: 112.5, y: 87.5, size: 25 })
    const corners = async (each: Partial<EachSpec>) => (await find(changed(each), image))[0]!.landmarks!.slice(1).flat()
    const side = 75 / 200
    const [x, y] = [112.5 / 200, 87.5 / 200]
    near(await corners({}), [x - side / 2, y - side / 2, x + side / 2, y - side / 2], 0.01)
    near(await corners({ crop: { right: [0, 1] } }), [x - side / 2, y - side / 2, x + side / 2, y - side / 2], 0.01)
    // The crop is turned so that the picture's right is on top.
    near(await corners({ crop: { up: [0, 1] } }), [x + side / 2, y - side / 2, x + side / 2, y + side / 2], 0.01)
    near(await corners({ crop: { up: [1, [0, 0]] } }), [x - side / 2, y + side / 2, x - side / 2, y - side / 2], 0.01)
    near(await corners({ crop: { enlarge: [2, 1], shift: [0, 0.5] } }), [x - side, y, x + side, y], 0.01)
    near(
      await corners({ crop: { up: [0, 1], shift: [0, -0.5], enlarge: 2 } }),
      [x + side * 1.5, y - side, x + side * 1.5, y + side],
      0.01,
    )
  })

  it('ignores other things, those beyond the limit, and duplicates', async () => {
    const image = picture(200, 100, { x: 50, y: 50 }, { x: 150, y: 50 })
    assert.equal((await find(blobs, image)).length, 2)
    assert.equal((await find(changed({ most: 1 }), image)).length, 1)
    assert.equal((await find(changed({ least: { presence: 2 } }), image)).length, 0)
    assert.equal((await find(changed({ crop: { enlarge: 8 }, maxOverlap: 0.1 }), image)).length, 1)
    assert.deepEqual(await find(blobs, picture(64, 64)), [])
  })

  it('looks first where things were in the previous picture, and finds again what it lost', async () => {
    const model = changed({ most: 1, follow: { square: true, shift: [0, 0.5] } })
    const state = new Map()
    for (let i = 0; i < 5; i++) {
      const x = 60 + 6 * i
      const [blob] = await find(model, picture(200, 200, { x, y: 100 }), state)
      near([blob!.landmarks![0]![0] * 200, blob!.landmarks![0]![1] * 200], [x, 100], 5)
    }
    assert.deepEqual(runs, ['find', 'look', 'look', 'look', 'look', 'look'])
    runs.splice(0)
    // The thing is gone, or in a completely different place.
    assert.deepEqual(await find(model, picture(200, 200), state), [])
    assert.equal((await find(model, picture(200, 200, { x: 160, y: 40 }), state)).length, 1)
    // A picture of another size counts as another scene.
    assert.equal((await find(model, picture(100, 100, { x: 40, y: 60, size: 20 }), state)).length, 1)
    assert.equal(runs.filter((file) => file === 'find').length, 3)
  })

  it('searches for more if the picture changes next to what is followed, and every third time', async () => {
    const model = changed({ most: 3, maxOverlap: 0.3, follow: { square: true, shift: [0, 0.5] } })
    const state = new Map()
    // Stops the clock, so that the frames count as one video however slow the computer is.
    const clock = mock.method(performance, 'now', () => 0)
    const finds = async (...blobs: Blob[]) => {
      runs.splice(0)
      const { length } = await find(model, picture(200, 200, ...blobs), state)
      return [length, runs.includes('find') ? 'looked for more' : 'followed']
    }
    const moved = (x: number) => ({ x, y: 90, size: 20 })
    const second = { x: 160, y: 60, size: 20 }
    assert.deepEqual(await finds(moved(60)), [1, 'looked for more'])
    assert.deepEqual(await finds(moved(60.5)), [1, 'followed'])
    assert.deepEqual(await finds(moved(61)), [1, 'followed'])
    assert.deepEqual(await finds(moved(61.5)), [1, 'looked for more'])
    // A second thing is found in the frame in which it appears.
    assert.deepEqual(await finds(moved(62), second), [2, 'looked for more'])
    assert.deepEqual(await finds(moved(62.5), second), [2, 'followed'])
    // The second thing disappears, so the next frame looks for more.
    assert.deepEqual(await finds(moved(63)), [1, 'looked for more'])
    assert.deepEqual(await finds(moved(63.5)), [1, 'followed'])
    clock.mock.restore()
  })

  it('searches for more in every third picture if everything keeps changing, as with a panning camera', () => {
    const state = new Map()
    const looked = Array.from({ length: 9 }, (_, i) => {
      const bars = paint(320, 240, (x) => new Array(3).fill(Math.floor((x + 6 * i) / 40) % 2 === 0 ? 190 : 60))
      const { last, mayBeMore, keep } = createFollower(state, bars, i * 33)
      keep(last, mayBeMore)
      return mayBeMore
    })
    assert.deepEqual(looked, [true, true, false, false, true, false, false, true, false])
  })

  it('searches for no more if a pattern shifts by a pixel, but does if a small thing appears', () => {
    const state = new Map()
    const grains = (shift: number, thing = false) =>
      paint(320, 240, (x, y) =>
        new Array(3).fill(thing && x >= 200 && x < 240 && y >= 100 && y < 130 ? 250 : (x + shift) % 4 < 2 ? 160 : 60),
      )
    createFollower(state, grains(0), 0).keep([])
    assert.equal(createFollower(state, grains(1), 33).mayBeMore, false)
    assert.equal(createFollower(state, grains(1, true), 33).mayBeMore, true)
  })

  it('searches for more in each picture if they arrive singly, not as frames of a video', () => {
    const still = picture(200, 200)
    const state = new Map()
    createFollower(state, still, 1000).keep([])
    assert.equal(createFollower(state, still, 1040).mayBeMore, false)
    assert.equal(createFollower(state, still, 2000).mayBeMore, true)
  })
})

describe('errors in steps', () => {
  const faultsOf = (change: (steps: Step[], manifest: Manifest) => unknown): string[] => {
    const manifest = structuredClone({ ...fixture('blobs') }) as Manifest
    change(manifest.variants[0]!.steps!, manifest)
    return validateManifest(manifest)
  }
  const cases: [string, (steps: Step[], manifest: Manifest) => unknown, RegExp][] = [
    [
      'a limit for what its things lack',
      ([, look]) => Object.assign(look!.each!, { least: { presense: 0.6 } }),
      /"least" compares "presense", but its things have only category, score, box, landmarks, presence/,
    ],
    [
      'a turn by what its things lack',
      ([, look]) => Object.assign(look!.each!, { crop: { turn: 'direction' } }),
      /a crop is turned by "direction", but its things have only/,
    ],
    ['nothing', () => {}, /^$/],
    [
      'a port type that there is not',
      (_, { inputs }) => Object.assign(inputs[0]!, { type: { type: 'imge' } }),
      /^port "image": there is no type “imge”. Did you mean “image”\?$/,
    ],
    [
      'a field of a list that there is not',
      (_, { outputs }) =>
        Object.assign(outputs[0]![0]!.type, { itemType: { type: 'record', fields: { box: { type: 'box' } } } }),
      /port "blobs".*there is no type “box”/,
    ],
    [
      'a kind of feed that there is not',
      (steps) => Object.assign(steps[0]!.feeds!.image!, { kind: 'picture' }),
      /variant "only", step 1, feed "image": there is no kind “picture”/,
    ],
    [
      'a word that nothing reads',
      (steps) => Object.assign(steps[1]!.each!, { corp: {} }),
      /step 2, "each": there is no "corp" here. Did you mean “crop”\?/,
    ],
    [
      'only files of other models',
      (steps) => {
        for (const step of steps) step.model = 'deeplab'
      },
      /at least one of its "steps" must run its own "file"/,
    ],
    [
      'a model that is a path',
      (steps) => Object.assign(steps[0]!, { model: '../deeplab' }),
      /"model" must be the id of a model in the package, not "..\/deeplab"/,
    ],
    [
      'another model’s file that is a path',
      (steps) => Object.assign(steps[0]!, { model: 'deeplab', file: '../mini.onnx' }),
      /must be a plain file name in the variant's folder, not "..\/mini.onnx"/,
    ],
    [
      'a size without its height',
      (steps) => Object.assign(steps[0]!.feeds!.image!, { size: { fit: 'stretch', width: 3 } }),
      /step 1, feed "image", "size": "height" is missing/,
    ],
    ['a step without a file', (steps) => delete steps[1]!.file, /step 2: "file" is missing/],
    [
      'a task that is a whole model',
      (steps) => Object.assign(steps[1]!, { task: 'generate' }),
      /step 2, "task": “generate” must be “transform”/,
    ],
    [
      'a list that nobody makes',
      (steps) => Object.assign(steps[1]!.each!, { of: 'lost' }),
      /step 2: it reads "lost", which is neither an input nor made by an earlier step/,
    ],
    ['a list that is made later', (steps) => void steps.reverse(), /step 1: it reads "found"/],
    [
      'an output that nobody makes',
      (_, { outputs }) => Object.assign(outputs[0]![0]!, { name: 'hands' }),
      /no step makes the output "hands"/,
    ],
    [
      'a step for nothing',
      (steps) => void steps.splice(1, 1, { ...steps[1]!, each: { ...steps[1]!.each!, to: 'other' } }),
      /no step makes the output "blobs"/,
    ],
    [
      'two steps that make the same',
      (steps) => void steps.splice(1, 0, steps[0]!),
      /step 2: it makes "found", which already exists/,
    ],
    [
      'a list in a port of another type',
      (_, { outputs }) => Object.assign(outputs[0]![0]!, { type: { type: 'image' } }),
      /needs a port of type array, not image/,
    ],
    [
      'what is kept for one input and reads another',
      (steps) => Object.assign(steps[1]!, { keep: 'image' }),
      /it is kept for "image", but also reads "found"/,
    ],
    [
      'what is kept for no input',
      (steps) => Object.assign(steps[0]!, { keep: 'picture' }),
      /"keep" names "picture", which isn't an input/,
    ],
    [
      'what cannot be followed',
      (steps) =>
        Object.assign(steps[1]!, {
          fetches: { presence: { kind: 'number', to: 'presence' } },
          each: { ...steps[1]!.each!, follow: {} },
        }),
      /"follow" needs a fetch that makes "landmarks"/,
    ],
    [
      'a crop turned two ways',
      (steps) => Object.assign(steps[1]!.each!, { crop: { up: [0, 1], right: [0, 1] } }),
      /"up" or "right", not both/,
    ],
    [
      'settings beside steps',
      (_, { variants }) => Object.assign(variants[0]!, { settings: {} }),
      /"settings" belongs to each step/,
    ],
    [
      'a file outside the folder',
      (steps) => Object.assign(steps[0]!, { file: '../find.onnx' }),
      /"file" must be a plain file name/,
    ],
    [
      'a port that is changed to nonsense',
      (_, { variants }) => Object.assign(variants[0]!, { ports: { inputs: { image: { type: 'imge' } } } }),
      /"ports" changes "image" so that there is no type “imge”/,
    ],
  ]
  for (const [what, change, sentence] of cases)
    it(what, () => {
      const faults = faultsOf(change)
      assert.ok(faults.length <= 2, faults.join('\n'))
      assert.match(faults[0] ?? '', sentence)
    })
})
