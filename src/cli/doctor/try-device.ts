import { createEngine, type Device, EngineError, type ProviderShare } from '../../engine'
import { sampleFeeds } from './sample-feeds'

export interface Trial {
  runs: boolean
  /** Sentences that say what ran where, or why not and what to do. */
  words: string
}

/**
 * Loads a model on a device, runs it once, and measures what actually ran there.
 * @param name the model in sentences
 */
export async function tryDevice(device: Device, model: string, name: string): Promise<Trial> {
  const engine = createEngine({ device, log: () => {} })
  try {
    const { attempts, inputs, outputs } = await engine.load(model)
    const failed = attempts.find((attempt) => attempt.device === device)
    if (failed) return { runs: false, words: failed.error }
    const fetches = Object.fromEntries(outputs.map(({ name }) => [name, { kind: 'tensor' } as const]))
    const { profile } = await engine.run(model, sampleFeeds(inputs), fetches, { profile: true })
    return { runs: true, words: profile ? sayShares(profile, name) : '' }
  } catch (error) {
    const words = error instanceof EngineError ? error.message : `${(error as Error).message}.`
    return { runs: false, words }
  } finally {
    await engine.close()
  }
}

/**
 * For example `Measured: 5 of 7 operators of a test model ran on WebGpuExecutionProvider (96 % of the time),
 * 2 on CPUExecutionProvider.`
 */
export function sayShares(shares: ProviderShare[], name: string): string {
  const operators = shares.reduce((sum, share) => sum + share.operators, 0)
  const ms = shares.reduce((sum, share) => sum + share.ms, 0)
  const [first, ...rest] = shares
  if (!first) return ''
  if (rest.length === 0) return `Measured: all ${operators} operators of ${name} ran on ${first.provider}.`
  const others = rest.map((share) => `${share.operators} on ${share.provider}`).join(', ')
  const percent = Math.round((first.ms / ms) * 100)
  return `Measured: ${first.operators} of ${operators} operators of ${name} ran on ${first.provider} (${percent} % of the time), ${others}.`
}
