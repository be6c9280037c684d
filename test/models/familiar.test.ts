import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { goldenInputs } from '../../scripts/seal/golden'
import { sharedEngine } from '../../src/engine'
import { decodeImage } from '../../src/images'
import { findVariant, loadManifests, type Model, modelsFolder, runModel } from '../../src/models'
import { acquaintance } from '../../src/models/familiar'
import { familiarity, unpack } from '../../src/models/familiar/network'
import { glance } from '../../src/models/familiar/picture'
import { unknownWords } from '../../src/models/familiar/words'
import { withoutRepeats } from '../../src/models/text/without-repeats'
import type { Image } from '../../src/types'
import { paint } from './support'

const models = new Map(loadManifests().map((model) => [model.id, model]))
const READERS = ['deeplab', 'densedepth', 'im2txt', 'maskrcnn', 'photosketch']

describe('what small models know', () => {
  for (const [world, other] of [
    ['rooms', 'meadow'],
    ['meadow', 'bedroom'],
  ]) {
    const file = JSON.parse(readFileSync(join(modelsFolder, `familiar/${world}.json`), 'utf8'))

    it(`of ${world} is told by the same network as in training`, () => {
      const ramp = paint(128, 128, (x, y) => [2 * x, 2 * y, x + y])
      const network = unpack(file)
      glance(ramp, network.input)
      assert.ok(Math.abs(familiarity(network) - file.check) < 0.01)
    })

    it(`of ${world} looks at each picture afresh, whatever it saw before`, () => {
      const [used, fresh] = [unpack(file), unpack(file)]
      const others = [STRANGE_ONE, paint(40, 30, () => [255, 255, 255]), paint(128, 128, (x, y) => [x, y, 9])]
      for (const picture of others) {
        glance(picture, used.input)
        familiarity(used)
      }
      for (const { input } of [used, fresh]) glance(STRANGE_ONE, input)
      assert.equal(familiarity(used), familiarity(fresh))
    })

    it(`of ${world} was measured on scenes and packages that training has not seen`, () => {
      const { figures } = file
      assert.ok(figures['doubted of all scenes'] <= 0.01)
      assert.ok(figures['photographs and drawings'] >= 300)
      assert.ok(figures['believed of them'] <= 0.02)
      assert.ok(figures[`believed of the ${other}`] <= 0.02)
    })
  }

  const about = (id: string, inputs: Record<string, unknown>, variant?: string) => {
    const model = models.get(id)
    assert.ok(model)
    return acquaintance(model, findVariant(model, variant), inputs)
  }

  for (const id of READERS) {
    it(`${id} knows a room in any size, and doubts anything else`, async () => {
      const model = models.get(id)
      const [port] = model?.inputs ?? []
      assert.ok(port)
      const room = (await goldenInputs(model as Model))[port.name] as Image
      assert.equal(about(id, { [port.name]: room })?.isFamiliar, true)
      const doubled = paint(256, 256, (x, y) => pixel(room, x >> 1, y >> 1))
      assert.equal(about(id, { [port.name]: doubled })?.isFamiliar, true)
      for (const [name, strange] of Object.entries(STRANGE(room)))
        assert.equal(about(id, { [port.name]: strange })?.isFamiliar, false, name)
    })
  }

  const drawnBear = async () => {
    const strip = await decodeImage({ path: join(modelsFolder, 'worlds/meadow.webp') })
    return paint(128, 128, (x, y) => pixel(strip, x, y))
  }

  for (const [id, port] of [
    ['photosketch', 'input'],
    ['maskrcnn', 'image'],
  ] as const)
    it(`is both worlds at once for ${id}`, async () => {
      const room = (await goldenInputs(models.get(id) as Model))[port] as Image
      const bear = await drawnBear()
      const known = [bear, room, STRANGE_ONE].map((image) => about(id, { [port]: image })?.isFamiliar)
      assert.deepEqual(known, [true, true, false])
    })

  it('includes another world with another variant', async () => {
    const bear = await drawnBear()
    for (const id of ['deeplab', 'im2txt']) {
      const room = (await goldenInputs(models.get(id) as Model)).image as Image
      assert.deepEqual(
        [bear, room].map((image) => about(id, { image }, 'meadow')?.isFamiliar),
        [true, false],
      )
      assert.equal(about(id, { image: bear })?.isFamiliar, false)
    }
  })

  it('is unknown for other variants and models', () => {
    const depth = models.get('densedepth')
    assert.ok(depth)
    const photographs = findVariant(depth, 'depth-anything-v2-small')
    assert.equal(acquaintance(depth, photographs, { image: STRANGE_ONE }), undefined)
    assert.equal(about('stylegan', { z: new Float32Array(512) }), undefined)
  })

  it('metres are given only for rooms', async () => {
    const engine = sharedEngine({ device: 'cpu' })
    try {
      const model = models.get('densedepth')
      assert.ok(model)
      const depth = async (image: unknown) =>
        (await runModel(model, findVariant(model), { image }, engine)).outputs.depth_image as Image
      const room = await depth((await goldenInputs(model)).image)
      assert.equal(room.unit, 'm')
      const strange = await depth(STRANGE_ONE)
      assert.equal(strange.unit, undefined)
      assert.deepEqual(strange.range, [0, 1])
      assert.ok(Math.min(...strange.data) >= 0 && Math.max(...strange.data) <= 1)
    } finally {
      await engine.close()
    }
  })
})

describe('words that a small model doesn’t know', () => {
  const cases: [string, string, string[]][] = [
    ['attngan', 'A cozy blue room at night with a red ball.', []],
    ['attngan', 'a DRAGON in a castle, a dragon', ['DRAGON', 'castle']],
    ['attngan', 'ein gemütliches Zimmer', ['ein', 'gemütliches', 'Zimmer']],
    ['attngan', '部屋の猫', ['部屋の猫']],
    ['attngan', '', []],
    ['gpt2', 'Once upon a time there was a cat', []],
    ['gpt2', 'The spaceship landed on Mars', ['spaceship', 'landed', 'Mars']],
  ]
  for (const [id, prompt, unknown] of cases) {
    it(`${id}: “${prompt}”`, () => {
      const model = models.get(id)
      assert.ok(model)
      const [port] = model.inputs
      assert.deepEqual(acquaintance(model, findVariant(model), { [port?.name ?? '']: prompt })?.unknown, unknown)
    })
  }

  it('are checked part by part if they are hyphenated', () => {
    assert.deepEqual(unknownWords('red-blue it’s x-ray', new Set(['red', 'blue', "it's"])), ['x-ray'])
    // No model with a small vocabulary reads this far.
    assert.deepEqual(unknownWords(`${'red '.repeat(6000)}zebra`, new Set(['red'])), [])
  })
})

describe('captions without repeats', () => {
  const same = [
    'a cream room in the day with a black cat on the floor, a green ball, a lamp and a window',
    'a red bed on the left, a grey cat on the left and a ball on the left',
    '',
    'hello',
  ]
  for (const text of same) it(`“${text}” stays`, () => assert.equal(withoutRepeats(text), text))
  const cut: [string, string][] = [
    ['a room with a plant, a green plant, a green plant, a green plant, a', 'a room with a plant and a green plant'],
    ['a room with a cat cat cat on the cat', 'a room with a cat'],
    ['cat on the rug white cat on the rug white cat', 'cat on the rug white'],
    ['a a a a', 'a'],
  ]
  for (const [text, wanted] of cut) it(`“${text}”`, () => assert.equal(withoutRepeats(text), wanted))
})

function pixel({ width, data }: Image, x: number, y: number): number[] {
  const at = (y * width + x) * 3
  return [data[at], data[at + 1], data[at + 2]] as number[]
}

/** Pictures that a flow may send instead of a room. */
const STRANGE = (room: Image): Record<string, Image> => ({
  'upside down': paint(128, 128, (x, y) => pixel(room, x, 127 - y)),
  'on its side': paint(128, 128, (x, y) => pixel(room, y, x)),
  negative: paint(128, 128, (x, y) => pixel(room, x, y).map((value) => 255 - value)),
  grey: paint(64, 48, () => [128, 128, 128]),
  black: paint(64, 48, () => [0, 0, 0]),
  white: paint(64, 48, () => [255, 255, 255]),
  checks: paint(90, 90, (x, y) => (((x >> 3) + (y >> 3)) % 2 === 0 ? [20, 20, 200] : [240, 240, 200])),
  stripes: STRANGE_ONE,
  noise: paint(200, 100, (x, y) => [(x * 7919 + y * 104729) % 256, (x * 31 + y * 17) % 256, (x * y) % 256]),
})

const STRANGE_ONE = paint(300, 200, (x) => (x % 20 < 10 ? [250, 120, 0] : [0, 60, 130]))
