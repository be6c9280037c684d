/**
 * How well `daisychain-teach` tells pictures apart that it was shown a few of, beside raw pixels; and how
 * fast it learns.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createThreads } from '../src/apart/threads'
import { type Feed, sharedEngine } from '../src/engine'
import { resize } from '../src/images'
import { uniforms } from '../src/random'
import { featuresOfPicture, learnApart, learnClasses, tellClass } from '../src/teach'
import { Image, toBytes } from '../src/types'
import { type Bench, enough, type Figure, isSmoke, median, milliseconds } from './figure'
import { type DataSet, digits, FOLDER, faces, filmed, stamps, surfaces } from './teach/data'
import { many } from './teach/many'

const ROUNDS = 10
/** Side of the picture whose pixels are compared as they are. */
const RAW_SIDE = 32
/** A network that others trained on photographs, where `python3 -m models.training.teach.compare` has fetched it. */
const OTHER = join(FOLDER, 'mobilenet.onnx')
const OTHER_SIDE = 224

export const bench: Bench = async () => {
  const engine = sharedEngine({ device: 'cpu' })
  const figures: Record<string, Figure> = {}
  const see = (picture: Image) => featuresOfPicture(engine, picture)
  const seeOther = async (picture: Image) => {
    const { width, height, channels, data } = toBytes(await resize(picture, OTHER_SIDE, OTHER_SIDE))
    const image: Feed = {
      ...{ kind: 'pixels', layout: 'NCHW', width, height, channels },
      ...{ data: data as Uint8Array, scale: 1 / 255, offset: 0 },
    }
    const { outputs } = await engine.run(OTHER, { image }, { features: { kind: 'tensor' } })
    return outputs.features.data as Float32Array
  }
  try {
    for (const load of isSmoke ? [] : [stamps, surfaces, faces, digits, filmed])
      Object.assign(figures, await quality(await load(), see, existsSync(OTHER) ? seeOther : undefined))
    Object.assign(figures, await speed(see), await many())
    return figures
  } finally {
    await engine.close()
  }
}

type See = (picture: Image) => Promise<Float32Array>

async function quality(data: DataSet, see: See, seeOther?: See): Promise<Record<string, Figure>> {
  const figures: Record<string, Figure> = {}
  const seen = await featuresOf(data, see)
  const raw = await featuresOf(data, rawPixels)
  const others = seeOther && (await featuresOf(data, seeOther))
  for (const each of [3, 10, 30]) {
    const ours = measure(seen, each)
    const pixels = measure(raw, each)
    if (!ours || !pixels) continue
    // The gates are set for ten examples, shown in any order.
    const aim = (wanted: number, isMeant = true) => (each === 10 && isMeant && !data.isFilm ? wanted : undefined)
    const called = `${data.name}, ${each} each`
    figures[`${called}: right`] = share(ours.right, aim(0.85, data.isPhotographs))
    figures[`${called}: right, raw pixels`] = share(pixels.right)
    figures[`${called}: over raw pixels`] = share(ours.right - pixels.right, aim(0.15, data.isPhotographs))
    figures[`${called}: refused wrongly`] = { value: ours.alarms, unit: '', better: 'lower', aim: aim(0.05) }
    const other = others && measure(others, each)
    if (other) figures[`${called}: right, MobileNetV2`] = share(other.right)
    if (seen.strangers.length === 0) continue
    if (other) figures[`${called}: strangers refused at 5 % false refusals, MobileNetV2`] = share(other.refusedAtFive)
    figures[`${called}: strangers refused`] = share(ours.refused, aim(0.8))
    figures[`${called}: strangers refused at 5 % false refusals`] = share(ours.refusedAtFive, aim(0.8))
  }
  return figures
}

const share = (value: number, aim?: number): Figure => ({ value, unit: '', aim, better: 'higher' })

interface Seen {
  isFilm: boolean
  classes: { name: string; shown: Float32Array[]; told: Float32Array[] | null }[]
  strangers: Float32Array[]
}

async function featuresOf(
  { classes, tests, strangers, isFilm = false }: DataSet,
  see: (picture: Image) => Promise<Float32Array>,
): Promise<Seen> {
  const all = async (pictures: Image[]) => {
    const features: Float32Array[] = []
    for (const picture of pictures) features.push(await see(picture))
    return features
  }
  const seen: Seen = { isFilm, classes: [], strangers: await all(strangers) }
  for (const [name, pictures] of Object.entries(classes)) {
    const told = tests?.[name]
    seen.classes.push({ name, shown: await all(pictures), told: told ? await all(told) : null })
  }
  return seen
}

async function rawPixels(picture: Image): Promise<Float32Array> {
  const { data } = toBytes(await resize(picture, RAW_SIDE, RAW_SIDE))
  return Float32Array.from(data, (byte) => byte / 255)
}

/** Over several draws of what is shown. Null if too few are left to be told. */
function measure({ isFilm, classes, strangers }: Seen, each: number) {
  if (classes.some(({ shown, told }) => shown.length < each + (told ? 0 : 8))) return null
  const sums = { right: 0, refused: 0, refusedAtFive: 0, alarms: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const random = uniforms(round)
    const drawn = classes.map(({ shown, told }) => {
      const start = isFilm ? Math.floor(random() * (shown.length - each)) : 0
      const order = shown
        .map((features, i) => ({ features, at: isFilm ? (i + shown.length - start) % shown.length : random() }))
        .sort((a, b) => a.at - b.at)
      const all = order.map(({ features }) => features)
      return { shown: all.slice(0, each), told: told ?? all.slice(each) }
    })
    const examples = drawn.flatMap(({ shown }, own) => shown.map((features) => ({ own, features })))
    const length = examples[0]?.features.length ?? 0
    const features = new Float32Array(length * examples.length)
    examples.forEach((example, i) => {
      features.set(example.features, i * length)
    })
    const names = classes.map(({ name }) => name)
    const learned = learnClasses({
      classes: names,
      classOf: examples.map(({ own }) => own),
      features,
      count: examples.length,
    })
    const perClass = drawn.map(({ told }, own) => {
      const said = told.map((one) => tellClass(learned, one))
      return {
        right: mean(said.map(({ ranked }) => ranked[0]?.category === names[own])),
        strange: said.map(({ strangeness }) => strangeness),
      }
    })
    const strange = strangers.map((one) => tellClass(learned, one).strangeness)
    const known = perClass.flatMap(({ strange }) => strange).sort((a, b) => a - b)
    const limit = known[Math.floor(0.95 * known.length)] ?? 1
    sums.right += perClass.reduce((sum, { right }) => sum + right, 0) / perClass.length / ROUNDS
    sums.alarms += mean(known.map((one) => one > 1)) / ROUNDS
    sums.refused += mean(strange.map((one) => one > 1)) / ROUNDS
    sums.refusedAtFive += mean(strange.map((one) => one > limit)) / ROUNDS
  }
  return sums
}

const mean = (found: boolean[]) => found.filter(Boolean).length / Math.max(1, found.length)

/** 500 examples of five classes, seen by the extractor; and one picture. */
async function speed(see: (picture: Image) => Promise<Float32Array>): Promise<Record<string, Figure>> {
  const random = uniforms(4)
  const pictures = Array.from({ length: 500 }, (_, i) => noisy(i % 5, random))
  const seen: Float32Array[] = []
  const times: number[] = []
  for (const picture of pictures.slice(0, Math.max(10, enough(500)))) {
    const start = performance.now()
    seen.push(await see(picture))
    times.push(performance.now() - start)
  }
  const length = seen[0]?.length ?? 0
  const features = new Float32Array(seen.length * length)
  seen.forEach((one, i) => {
    features.set(one, i * length)
  })
  const lesson = {
    classes: ['a', 'b', 'c', 'd', 'e'],
    classOf: seen.map((_, i) => i % 5),
    features,
    count: seen.length,
  }
  const threads = createThreads()
  const learn: number[] = []
  const worked: number[] = []
  for (let i = -5; i < enough(20); i++) {
    const [start, used] = [performance.now(), process.cpuUsage()]
    await learnApart(threads, null).classes(lesson)
    const { user, system } = process.cpuUsage(used)
    if (i < 0) continue
    learn.push(performance.now() - start)
    worked.push((user + system) / 1000)
  }
  threads.close()
  return {
    'to learn 500 pictures': milliseconds(median(learn), 100),
    'to learn 500 pictures, time on a core': milliseconds(median(worked), 100),
    'to see a picture of 640 × 480': milliseconds(median(times)),
  }
}

/** Blots of a class's colours. */
function noisy(kind: number, random: () => number): Image {
  const [width, height] = [640, 480]
  const data = new Uint8Array(3 * width * height)
  const cells = Array.from({ length: 48 }, () => 100 * random() + 30 * kind)
  for (let i = 0; i < data.length; i++) {
    const at = Math.floor(i / 3)
    const cell = Math.floor((at % width) / 80) + 8 * Math.floor(Math.floor(at / width) / 80)
    data[i] = (cells[cell] as number) + (i % 3) * 10 * kind
  }
  return toBytes(new Image({ width, height, channels: 3, data }))
}
