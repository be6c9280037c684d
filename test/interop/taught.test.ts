import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../../src/engine'
import { uniforms } from '../../src/random'
import { type Book, exportOnnx, featuresOfPicture, learnClasses, tellClass } from '../../src/teach'
import { Image } from '../../src/types'
import { describeJudge } from './support'

const SIDE = 64
const CLASSES = ['stripes', 'dots', 'größer „als“']
const random = uniforms(11)

/** A picture of a class. Colours and positions vary between pictures. */
function draw(own: number): Image {
  const [red, green, blue, period, start] = Array.from({ length: 5 }, () => random()) as [number, ...number[]]
  const wide = 4 + 6 * (period as number)
  const data = new Uint8Array(3 * SIDE * SIDE)
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const [across, down] = [x + 9 * (start as number), y + 7 * (start as number)]
      const waves = [Math.sin(across / wide), Math.sin(across / wide) * Math.sin(down / wide), (x - y) / SIDE]
      const light = 0.5 + 0.5 * (waves[own] as number)
      const at = 3 * (y * SIDE + x)
      ;[red, green, blue].forEach((share, channel) => {
        data[at + channel] = 255 * light * (0.3 + 0.7 * (share as number))
      })
    }
  return new Image({ width: SIDE, height: SIDE, channels: 3, data })
}

const ANSWERED = 24
/** The first few test pictures belong to no class. */
const STRANGERS = 3

function noise(): Image {
  const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, () => 255 * random())
  return new Image({ width: SIDE, height: SIDE, channels: 3, data })
}

describeJudge('onnxruntime', ['onnxruntime==1.30.0', 'numpy==2.4.6'], (judge) => {
  const engine = createEngine({ device: 'cpu' })
  after(() => engine.close())

  it('classifies pictures in Python like the node that was taught', async () => {
    const classOf = Array.from({ length: 30 }, (_, i) => i % CLASSES.length)
    const rows: Float32Array[] = []
    for (const own of classOf) rows.push(await featuresOfPicture(engine, draw(own)))
    const features = Float32Array.from(rows.flatMap((row) => [...row]))
    const learned = { kind: 'classes' as const, ...learnClasses({ classes: CLASSES, classOf, features, count: 30 }) }
    const asked = Array.from({ length: ANSWERED }, (_, i) => (i < STRANGERS ? noise() : draw(i % CLASSES.length)))
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-interop-'))
    try {
      writeFileSync(join(folder, 'taught.onnx'), await exportOnnx({ kind: 'picture' } as Book, learned))
      writeFileSync(join(folder, 'shape.json'), JSON.stringify([ANSWERED, 3, SIDE, SIDE]))
      writeFileSync(join(folder, 'given.bin'), new Uint8Array(Float32Array.from(asked.flatMap(planes)).buffer))
      const answers = (await judge().ask('run_taught.py', folder)) as {
        category: string
        scores: number[]
        strangeness: number
      }[]
      for (const [i, picture] of asked.entries()) {
        const { ranked, strangeness } = tellClass(learned, await featuresOfPicture(engine, picture))
        const answer = answers[i]
        assert.equal(answer?.category, ranked[0]?.category)
        assert.ok(Math.abs(Math.max(...(answer?.scores ?? [])) - (ranked[0]?.score ?? 9)) < 1e-3)
        assert.ok(Math.abs((answer?.strangeness ?? 99) - strangeness) < 1e-3 * Math.max(1, strangeness))
      }
      assert.ok(answers.slice(0, STRANGERS).every(({ strangeness }) => strangeness > 1))
      assert.ok(answers.some(({ strangeness }) => strangeness < 1))
      assert.equal(new Set(answers.map(({ category }) => category)).size, CLASSES.length)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** Planar channels from 0 to 1, as the file's input requires. */
function planes({ data }: Image): number[] {
  return [0, 1, 2].flatMap((channel) =>
    Array.from({ length: SIDE * SIDE }, (_, i) => (data[3 * i + channel] as number) / 255),
  )
}
