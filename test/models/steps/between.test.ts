// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { isRecurrent, loadManifests, runModel, validateManifest } from '../../../src/models'
import type { Image } from '../../../src/types'
import { fixturesFolder, paint, tellingEngine } from '../support'
import { twinOf } from '../twin'

const folder = `${fixturesFolder}/between`
/** torch's results for the same network, every fourth pixel; see make.py in that folder. */
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Record<string, number[]>

const bent = (number: number) => Math.abs((number % 510) - 255)
/** The same picture that make.py paints: a shape moved by `shift`. */
const picture = (shift: number, width = 96, height = 64) =>
  paint(width, height, (x, y) => [bent(3 * x + 2 * y + shift), bent(5 * y + 7), bent(2 * x + 4 * y + 100 - shift)])

describe('Between', () => {
  const between = loadManifests().find(({ id }) => id === 'between')!
  const twin = twinOf(between, 'rife-4-9', folder)
  const { engine } = tellingEngine()
  const run = async (image: Image, state: Map<string, unknown>, at = 0.5) =>
    (await runModel(twin, twin.variants[0]!, { image, at }, engine, { state })).outputs as Record<string, Image>
  const isLike = ({ data, width }: Image, name: string) => {
    let i = 0
    for (let y = 0; y < 64; y += 4)
      for (let x = 0; x < 96; x += 4)
        for (let c = 0; c < 3; c++, i++) {
          const value = data[(y * width + x) * 3 + c]!
          assert.ok(Math.abs(value - golden[name]![i]!) <= 1, `${name}, ${x}, ${y}: ${value}, not ${golden[name]![i]}`)
        }
    assert.equal(i, golden[name]!.length)
  }

  it('matches torch’s result for the previous picture and this one; the first also counts as its own predecessor', async () => {
    const state = new Map()
    isLike((await run(picture(0), state)).between!, 'alone')
    const { between: half, image } = await run(picture(40), state)
    isLike(half!, 'half')
    assert.deepEqual(image!.data, picture(40).data)
    // The same picture is sent again: now the picture before it is the shifted one.
    assert.notDeepEqual((await run(picture(40), state)).between!.data, half!.data)
    const other = new Map()
    await run(picture(0), other)
    isLike((await run(picture(40), other, 0.25)).between!, 'quarter')
  })

  it('starts again if the size changes, and after a reset', async () => {
    const state = new Map()
    await run(picture(40, 33, 70), state)
    isLike((await run(picture(0), state)).between!, 'alone')
    state.clear() // as msg.reset does
    isLike((await run(picture(0), state)).between!, 'alone')
    const { between: small } = await run(picture(0, 33, 70), state)
    assert.deepEqual([small!.width, small!.height], [33, 70])
  })

  it('keeps one picture, as the check for parallel runs expects', async () => {
    const state = new Map()
    for (let i = 0; i < 5; i++) await run(picture(i), state)
    assert.ok(isRecurrent(twin.variants[0]!))
    const own = [...state.values()] as Map<string, unknown>[]
    assert.deepEqual(
      own.map((one) => [...one.keys()]),
      [['before image']],
    )
  })

  it('reports if the previous picture isn’t available', () => {
    const { folder: _, ...manifest } = between
    const faults = (change: (step: Record<string, unknown>) => void) => {
      const copy = structuredClone(manifest)
      change(copy.variants[0]!.steps![0] as unknown as Record<string, unknown>)
      return validateManifest(copy).join('\n')
    }
    assert.equal(
      faults(() => {}),
      '',
    )
    assert.match(
      faults((step) => Object.assign(step, { keep: ['image', 'at'] })),
      /the picture of the message before \("previous"\) is for steps without "each", "repeat" and "keep"/,
    )
    assert.match(
      faults(({ feeds }) => delete (feeds as Record<string, unknown>).img1),
      /takes its size from "image", which isn't a picture/,
    )
    const copy = structuredClone(manifest)
    copy.outputs[1]![0]!.name = 'picture'
    assert.match(validateManifest(copy).join(), /no step makes the output "picture"/)
  })
})
