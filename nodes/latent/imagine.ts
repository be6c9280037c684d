import type { Node, NodeAPI, NodeMessage } from 'node-red'
import type { Engine } from '../../src/engine'
import { thumbnail } from '../../src/images'
import { decodeVector } from '../../src/latent'
import { outputPorts, runModel } from '../../src/models'
import { ValueError } from '../../src/types'
import { readMessage } from '../models/read-message'
import { chosenVariant } from '../shared/chosen-variant'
import { engineFor } from '../shared/engine'
import { modelOf } from '../shared/known-models'

/** A dialog's request: a model with its settings in the editor, deployed or not, and latent points. */
export interface Wish {
  /** The node type of the model. */
  type: string
  settings: Record<string, unknown>
  /** Encoded as in flow files. */
  vectors: string[]
  /** Maximum side of the pictures, in pixels. */
  side: number
}

export interface Imagined {
  /** Data URLs, in the order of the vectors. */
  pictures: string[]
  /** Milliseconds for the pictures, without queueing and loading the model. */
  milliseconds: number
}

/** How long an engine is kept between two requests, in ms, while the user is looking. */
const ENGINE_KEPT_MS = 60_000
const MAX_PICTURES = 16
const MAX_SIDE_PIXELS = 1024

export interface Imaginer {
  /**
   * @param isGone whether the client has given up the request.
   * @throws ValueError, EngineError: sentences for people
   */
  imagine(wish: Wish, isGone: () => boolean): Promise<Imagined>
}

/**
 * Makes pictures for dialogs, one at a time, so that they use no more than one core however many dialogs are
 * open.
 */
export function createImaginer(RED: NodeAPI): Imaginer {
  const engines = new Map<string, { engine: Engine; timer: NodeJS.Timeout }>()
  let last: Promise<unknown> = Promise.resolve()

  async function make({ type, settings, vectors, side }: Wish, isGone: () => boolean): Promise<Imagined> {
    const imagined: Imagined = { pictures: [], milliseconds: 0 }
    const model = modelOf(type, settings)
    if (!model) throw new ValueError(`previews work with this package's models only, and ${type} isn't one of them`)
    const engine = engineOf(String(settings.engine ?? ''))
    const variant = await chosenVariant(RED, model, settings, engine)
    const shown = outputPorts(model, variant)[0]?.[0]?.name ?? ''
    for (const vector of vectors) {
      if (isGone()) break
      const message = { payload: decodeVector(vector) } as NodeMessage
      const { outputs, ms } = await runModel(
        model,
        variant,
        await readMessage(RED, model, variant, settings, message),
        engine,
      )
      const picture = await thumbnail(outputs[shown], side)
      if (!picture) throw new ValueError(`${model.label} outputs no pictures, so there is nothing to preview`)
      imagined.pictures.push(picture)
      imagined.milliseconds += ms.pre + ms.run + ms.post
    }
    return imagined
  }

  function engineOf(id: string): Engine {
    const held = engines.get(id)
    held?.timer.refresh()
    if (held) return held.engine
    // Warnings are ignored: an engine that isn't deployed yet can't be used, and that isn't worth a warning.
    if (engines.size === 0) RED.events.once('flows:stopping', giveAllBack)
    const engine = engineFor(RED, { warn() {} } as unknown as Node, id)
    const timer = setTimeout(() => giveBack(id), ENGINE_KEPT_MS).unref()
    engines.set(id, { engine, timer })
    return engine
  }

  function giveBack(id: string): void {
    const held = engines.get(id)
    engines.delete(id)
    clearTimeout(held?.timer)
    held?.engine.close().catch(() => {})
    if (engines.size === 0) RED.events.off('flows:stopping', giveAllBack)
  }

  function giveAllBack(): void {
    for (const id of [...engines.keys()]) giveBack(id)
  }

  return {
    imagine(wish, isGone) {
      const made = last.then(() => make(wish, isGone))
      last = made.catch(() => {})
      return made
    },
  }
}

/** Reads a dialog's request. @throws ValueError */
export function readWish(body: unknown): Wish {
  const { type, settings, vectors, side } = (body ?? {}) as Record<string, unknown>
  if (typeof type !== 'string' || typeof (settings ?? {}) !== 'object') throw new ValueError('no model was named')
  if (!Array.isArray(vectors) || vectors.length < 1 || vectors.length > MAX_PICTURES) {
    throw new ValueError(`1 to ${MAX_PICTURES} points can be previewed at a time`)
  }
  const pixels = Number(side)
  if (!(pixels >= 16 && pixels <= MAX_SIDE_PIXELS))
    throw new ValueError(`previews must be 16 to ${MAX_SIDE_PIXELS} pixels, not ${side}`)
  return {
    type,
    settings: (settings ?? {}) as Wish['settings'],
    vectors: vectors.map(String),
    side: Math.round(pixels),
  }
}
