import type { Engine } from '../engine'
import { Audio, Image, type PortType, Segmentation } from '../types'
import { labelsOf } from '../types/labels'
import type { Model, Variant } from './manifest'
import { defaultOf, inputPorts } from './ports'
import { runModel } from './run'

/** The width and height of the test picture if a model takes any size. */
const SIDE = 256

/**
 * Runs a model once on a grey picture, a short text or zeros, so that the one-time setup (memory, kernels,
 * tokenizers) doesn't delay the first real run. The output is discarded.
 *
 * @throws any error of `runModel`, including that no such input can be made up
 */
export async function warmUp(model: Model, variant: Variant, engine: Engine): Promise<void> {
  const given = inputPorts(model, variant).map(({ name, type }) => [name, sampleOf(name, type)])
  // The first turn of a repeating step is enough; all of them may take a minute.
  const enough = new AbortController()
  const progress = (done: number) => done > 0 && enough.abort()
  await runModel(model, variant, Object.fromEntries(given), engine, { progress, signal: enough.signal }).catch(
    (error) => {
      if (!enough.signal.aborted) throw error
    },
  )
}

function sampleOf(name: string, type: PortType): unknown {
  if (name === 'sequence_length') return 2 // one token from the prompt, and one that uses the cache
  const usual = defaultOf(type)
  if (usual !== undefined) return usual
  switch (type.type) {
    case 'image': {
      const { channels = 3, ...size } = { ...sizeOf(type), channels: type.channels }
      const data = new Uint8Array(size.width * size.height * channels).fill(128)
      return new Image({ ...size, channels, data })
    }
    case 'segmentation': {
      const size = sizeOf(type)
      const data = new Uint8Array(size.width * size.height)
      return new Segmentation({ ...size, data, labels: labelsOf(type) ?? ['background'] })
    }
    case 'audio': {
      const { sampleRate = 16_000, channels = 1 } = type
      return new Audio({ sampleRate, channels, data: new Float32Array(sampleRate * channels) })
    }
    case 'vector':
      return new Float32Array(type.length ?? 1)
    case 'text':
      return 'a room'
    case 'category':
      return type.oneOf?.[0] ?? 'a'
    case 'number':
      return type.min ?? 0
    case 'array':
      return type.itemType.type === 'text' ? ['a room'] : undefined
    default:
      return undefined
  }
}

function sizeOf({ width, height, minWidth, minHeight }: Extract<PortType, { type: 'image' | 'segmentation' }>) {
  return { width: width ?? Math.max(minWidth ?? 1, SIDE), height: height ?? Math.max(minHeight ?? 1, SIDE) }
}
