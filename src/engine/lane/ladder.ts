import { readdirSync } from 'node:fs'
import type { LaneSettings } from '../protocol'
import type { Attempt, ChosenDevice } from '../types'
import { probeModel } from './probe-model'
import { hasProviderLibrary, loadRuntime } from './runtime'

/** ONNX Runtime's names. */
export const providerOf: Record<ChosenDevice, string> = {
  cpu: 'cpu',
  cuda: 'cuda',
  tensorrt: 'tensorrt',
  directml: 'dml',
  coreml: 'coreml',
  webgpu: 'webgpu',
}

/** What to try, best first. TensorRT compiles for minutes on first use, so it is never tried unasked. */
export function candidates(
  { device, strict }: Pick<LaneSettings, 'device' | 'strict'>,
  platform: string,
): ChosenDevice[] {
  const system: ChosenDevice[] =
    platform === 'darwin' ? ['coreml'] : platform === 'win32' ? ['cuda', 'directml'] : ['cuda']
  const wanted: ChosenDevice[] = device === 'auto' ? [...system, 'webgpu'] : [device]
  return strict || device === 'cpu' ? wanted : [...wanted, 'cpu']
}

/**
 * Tries devices one at a time, because ONNX Runtime throws on the first that fails instead of going on to the next.
 * What a device answered is kept for the life of the lane: a missing driver does not appear between two models.
 */
export function createLadder(settings: LaneSettings) {
  const answers = new Map<ChosenDevice, Promise<string | null>>()

  /** Null where the device works here, else why it does not. */
  function obstacle(device: ChosenDevice): Promise<string | null> {
    const known = answers.get(device) ?? findObstacle(device, settings)
    answers.set(device, known)
    return known
  }

  /** Calls `create` for each device that works here until it succeeds; `last` is what the last one threw. */
  async function climb<S>(
    create: (device: ChosenDevice) => Promise<S>,
  ): Promise<{ attempts: Attempt[] } & ({ device: ChosenDevice; made: S } | { device: null; last: unknown })> {
    const attempts: Attempt[] = []
    let last: unknown
    for (const device of candidates(settings, process.platform)) {
      const reason = await obstacle(device)
      if (reason) {
        attempts.push({ device, error: reason })
        continue
      }
      try {
        return { device, made: await create(device), attempts }
      } catch (error) {
        last = error
        attempts.push({ device, error: reasonOf(error) })
      }
    }
    return { device: null, last, attempts }
  }

  return { climb }
}

async function findObstacle(device: ChosenDevice, settings: LaneSettings): Promise<string | null> {
  if (device === 'cpu') return null
  if (settings.noAccelerator) return settings.noAccelerator
  const ort = loadRuntime()
  const provider = providerOf[device]
  const known = ort.listSupportedBackends().find(({ name }) => name === provider)
  if (!known) return `this build of ONNX Runtime (${process.platform} ${process.arch}) does not have it`
  if (!known.bundled && !hasProviderLibrary(provider))
    return `its library (onnxruntime_providers_${provider}) is not installed`
  if (device === 'webgpu' && settings.device === 'auto' && !hasGraphicsCard()) return 'no graphics card was found'
  try {
    const session = await ort.InferenceSession.create(probeModel, { executionProviders: [provider, 'cpu'] })
    await session.release()
    return null
  } catch (error) {
    return reasonOf(error)
  }
}

/** Without a card WebGPU may still find a software renderer, hundreds of times slower than the CPU provider. Only Linux needs the question. */
function hasGraphicsCard(): boolean {
  if (process.platform !== 'linux') return true
  const names = [...entries('/dev/dri'), ...entries('/dev')]
  return names.some((name) => /^(renderD|nvidia\d|dxg$)/.test(name))
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The last line of a native error, short enough for a status text. */
export function reasonOf(error: unknown): string {
  const text = String((error as Error)?.message ?? error).trim()
  const line = text.split('\n').pop() as string
  return line.length > 200 ? `…${line.slice(-199)}` : line
}
