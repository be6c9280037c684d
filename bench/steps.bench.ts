/**
 * Models of several files over the bare runs of their files, one after the other on this thread with tensors
 * that are ready: hands on a video, and a page of text. Needs the real networks; the page's come from npm
 * with DAISYCHAIN_DOWNLOADS=1.
 */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createEngine, type Engine, type GivenFeed, sharedEngine } from '../src/engine'
import { decodeImage } from '../src/images'
import { type Model, runModel, type Variant } from '../src/models'
import { fetchVariant } from '../src/models/store'
import { Image } from '../src/types'
import { live, next, start, stop } from '../test/nodes/support'
import { choice, installRealModels, realFolder } from '../test/real/support'
import { type Bench, type Figure, interleaved, milliseconds } from './figure'

const photo = (name: string) => join(realFolder, '../photos', name)
/** What one lane alone takes on its own. */
const THREADS = Math.min(4, availableParallelism())
/** Where the hand is in its photograph: left, top, width and height. */
const HAND = [50, 95, 290, 240] as const
/** Frames that wait in the node's queue, as a video's do. */
const FRAMES = 20

export const bench: Bench = async () => {
  if (!existsSync(photo('hand.png'))) {
    console.error(`There are no photographs beside ${realFolder} (set DAISYCHAIN_REAL_MODELS): nothing to measure.`)
    return {}
  }
  const restore = installRealModels()
  try {
    return { ...(await hands()), ...(process.env.DAISYCHAIN_DOWNLOADS === '1' && (await page())) }
  } finally {
    restore()
  }
}

async function hands(): Promise<Record<string, Figure>> {
  const hand = await decodeImage(readFileSync(photo('hand.png')))
  const videos: [string, number, Image[]][] = [
    ['at most 2', 2, framesOf((shift) => moved(hand, HAND, shift))],
    ['at most 1', 1, framesOf((shift) => moved(hand, HAND, shift))],
    [
      'at most 2, before a camera that turns',
      2,
      framesOf((shift) => pasted(hand.width, hand.height, hand, [[shift, 0]])),
    ],
  ]
  const { model, variant } = choice('hands/mediapipe-lite')
  const figures: Record<string, Figure> = {}
  // One hand is in sight: with 1 as the limit its points are followed; with 2 a second one is looked for as
  // well, in each frame if the whole picture moves.
  for (const [how, most, frames] of videos) {
    const bare = await bareRuns(model, variant, { image: frames[0], most: 2 })
    await start([{ id: 'hands', type: model.node, most, queueLimit: FRAMES, wires: [[], ['out']] }], [model])
    const play = async () => {
      const done = next(FRAMES)
      for (const payload of frames) live('hands').receive({ payload })
      for (const [where, msg] of await done) if (where !== 'out') throw new Error(msg.error?.message)
    }
    const loop = async () => {
      for (let i = 0; i < FRAMES; i++) await bare()
    }
    const times = await interleaved({ play, loop }, { rounds: 8, warmUp: 2 })
    await stop()
    await sharedEngine({ device: 'cpu' }).close()
    const what = `hands on a video, ${how}`
    figures[`${what}: a frame`] = milliseconds(times.play / FRAMES)
    figures[`${what}: frames per second over a plain loop of the two runs`] = {
      ...{ value: times.loop / times.play, unit: '×', aim: 0.95, better: 'higher' },
    }
  }
  return figures
}

async function page(): Promise<Record<string, Figure>> {
  const { model, variant } = choice('readtext/pp-ocrv4')
  await fetchVariant(model, variant)
  const line = await decodeImage(readFileSync(photo('ocr-line.png')))
  const places = Array.from({ length: 8 }, (_, row): [number, number] => [100, 30 + row * 130])
  const image = pasted(line.width + 200, 8 * 130, line, places)
  const engine = createEngine({ device: 'cpu' })
  const bare = await bareRuns(model, variant, { image })
  const times = await interleaved(
    { read: () => runModel(model, variant, { image }, engine), bare },
    { rounds: 8, warmUp: 2 },
  )
  await engine.close()
  return {
    'a page of eight lines': milliseconds(times.read),
    'a page of eight lines, over the sum of its bare runs': {
      ...{ value: times.read / times.bare, unit: '×', aim: 1.1, better: 'lower' },
    },
  }
}

/** What the files are run with for a message, again without anything around it. */
async function bareRuns(model: Model, variant: Variant, given: Record<string, unknown>): Promise<() => Promise<void>> {
  const plain = createEngine({ device: 'cpu', isolation: 'thread' })
  const runs: { path: string; feeds: Record<string, GivenFeed> }[] = []
  const engine: Engine = {
    ...plain,
    load: plain.load.bind(plain),
    close: () => plain.close(),
    run: (path, feeds, ...rest) => {
      runs.push({ path, feeds })
      return plain.run(path, feeds, ...rest)
    },
  }
  await runModel(model, variant, given, engine)
  await engine.close()
  const sessions = new Map<string, InferenceSession>()
  for (const { path } of runs)
    if (!sessions.has(path))
      sessions.set(
        path,
        await InferenceSession.create(path, { intraOpNumThreads: THREADS, executionProviders: ['cpu'] }),
      )
  const ready = runs.map(({ path, feeds }) => ({
    session: sessions.get(path) as InferenceSession,
    tensors: Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)])),
  }))
  return async () => {
    for (const { session, tensors } of ready) await session.run(tensors)
  }
}

/** A tensor of the feed's shape, which is a picture's. */
function tensorOf(feed: GivenFeed): Tensor {
  if (feed.kind !== 'pixels') throw new Error('Only pictures are measured.')
  const { width, height, channels } = feed
  return new Tensor('float32', new Float32Array(width * height * channels).fill(0.5), [1, channels, height, width])
}

/** A film of a hand that goes to the right and comes back. */
const framesOf = (frame: (shift: number) => Image): Image[] =>
  Array.from({ length: FRAMES }, (_, i) => frame(4 * Math.min(i % 20, 20 - (i % 20))))

/** The picture with one part of it moved to the right. */
function moved(
  image: Image,
  [left, top, width, height]: readonly [number, number, number, number],
  shift: number,
): Image {
  const data = Uint8Array.from(image.data)
  for (let y = top; y < top + height; y++) {
    const row = (y * image.width + left) * image.channels
    data.copyWithin(row + shift * image.channels, row, row + width * image.channels)
  }
  return new Image({ width: image.width, height: image.height, channels: image.channels, data })
}

/** A picture of copies of another one, in the grey of its first pixel. */
function pasted(width: number, height: number, image: Image, places: [x: number, y: number][]): Image {
  const data = new Uint8Array(width * height * 3).fill(image.data[0] as number)
  for (const [left, top] of places)
    for (let y = 0; y < Math.min(image.height, height - top); y++) {
      const row = image.data.subarray(y * image.width * 3, (y * image.width + Math.min(image.width, width - left)) * 3)
      data.set(row, ((top + y) * width + left) * 3)
    }
  return new Image({ width, height, channels: 3, data })
}
