import { readdirSync } from 'node:fs'
import type { EngineError } from '../error'
import { mayHaveNvidiaCard } from '../nvidia-card'
import type { LaneSettings } from '../protocol'
import type { Attempt, LocalDevice } from '../types'
import { providerFor } from './open-session'
import { probeModel } from './probe-model'
import { adviceFor, NO_CARD, NO_LIBRARY, NO_NVIDIA_CARD, notInBuild, reasonOf } from './reasons'
import { hasProviderLibrary, hasWeb, nativeRuntime, providerOf, unusable } from './runtime'

/**
 * The devices to try, best first. TensorRT compiles for minutes on first use, so it is tried only on request.
 */
export function candidates(
  { device, strict }: Pick<LaneSettings, 'device' | 'strict'>,
  platform: string,
): LocalDevice[] {
  const system: LocalDevice[] =
    platform === 'darwin' ? ['coreml'] : platform === 'win32' ? ['cuda', 'directml'] : ['cuda']
  const wanted: LocalDevice[] = device === 'auto' ? [...system, 'webgpu'] : [device]
  if (device === 'tensorrt' && !strict) wanted.push('cuda') // the same card, without TensorRT's compiler
  return strict || device === 'cpu' || device === 'wasm' ? wanted : [...wanted, 'cpu']
}

/**
 * Tries devices one at a time, because ONNX Runtime throws if the first one fails instead of trying the next.
 * A device's result is kept as long as the lane lives, because a missing driver won't appear between two
 * models.
 */
export function createLadder(settings: LaneSettings) {
  const answers = new Map<LocalDevice, Promise<string | null>>()

  /** Null if the device works here, otherwise the reason why not. */
  function obstacle(device: LocalDevice): Promise<string | null> {
    const known = answers.get(device) ?? findObstacle(device, settings)
    answers.set(device, known)
    return known
  }

  /** Calls `create` for each working device until it succeeds. `last` is the last error. */
  async function climb<S>(
    create: (device: LocalDevice) => Promise<S>,
  ): Promise<{ attempts: Attempt[] } & ({ device: LocalDevice; made: S } | { device: null; last: unknown })> {
    const attempts: Attempt[] = []
    let last: unknown
    const devices = candidates(settings, process.platform)
    const [best] = devices as [LocalDevice]
    const missing = best === 'wasm' ? null : missingRuntime(settings)
    if (missing && (settings.strict || !hasWeb())) throw missing
    if (missing) attempts.push({ device: best, error: missing.message })
    for (const device of missing ? (['wasm'] as const) : devices) {
      const reason = await obstacle(device)
      if (reason) {
        attempts.push({ device, error: reason })
        continue
      }
      try {
        return { device, made: await create(device), attempts }
      } catch (error) {
        last = error
        attempts.push({ device, error: adviceFor(device, reasonOf(error)) })
      }
    }
    return { device: null, last, attempts }
  }

  /** Loads the native library if it is there. */
  function warmUp(): void {
    if (settings.device !== 'wasm') missingRuntime(settings)
  }

  return { climb, warmUp }
}

async function findObstacle(device: LocalDevice, settings: LaneSettings): Promise<string | null> {
  if (device === 'cpu' || device === 'wasm') return null
  if (settings.noAccelerator) return settings.noAccelerator
  const ort = nativeRuntime()
  const provider = providerOf[device]
  const known = ort.listSupportedBackends().find(({ name }) => name === provider)
  if (!known) return notInBuild(device)
  if ((device === 'cuda' || device === 'tensorrt') && !mayHaveNvidiaCard()) return NO_NVIDIA_CARD
  if (!known.bundled && !hasProviderLibrary(provider)) return NO_LIBRARY[device] ?? notInBuild(device)
  if (device === 'webgpu' && settings.device === 'auto' && !hasGraphicsCard()) return NO_CARD
  try {
    const session = await ort.InferenceSession.create(probeModel, {
      executionProviders: [providerFor(device, settings.deviceId), 'cpu'],
    })
    await session.release()
    return null
  } catch (error) {
    return adviceFor(device, reasonOf(error))
  }
}

/** Null if the native library is there. */
function missingRuntime({ noNative }: LaneSettings): EngineError | null {
  if (noNative) return unusable(noNative)
  try {
    nativeRuntime()
    return null
  } catch (error) {
    return error as EngineError
  }
}

/**
 * Without a card WebGPU may still find a software renderer, hundreds of times slower than the CPU provider. Only Linux
 * needs this check.
 */
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
