import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Bytes, bytesOf, withBytes } from '../../onnx/bytes'
import { type Ended, type Ends, withEnds } from '../../onnx/ends'
import type { Signature, TensorPort } from '../../onnx/signature'
import { withoutNoise } from '../../onnx/without-noise'
import { EngineError } from '../error'
import type { LaneSettings } from '../protocol'
import type { DataType, LocalDevice, SessionOptions, TensorInfo } from '../types'
import { type EndNames, NO_ENDS } from './ends'
import { externalData } from './identify'
import { nativeRuntime, providerOf, type Runtime, type Session, webRuntime } from './runtime'
import { unzipped } from './unzipped'
import { webgpuLayout } from './webgpu-layout'

type CreateOptions = NonNullable<Parameters<Runtime['InferenceSession']['create']>[1]>

/** A session, and the steps that were added to its network. */
export interface Opened {
  session: Session
  ends: EndNames
  /** The file's own declaration, if anything was added. */
  signature?: Signature
}

/**
 * Opens a file as a session on one device. If the device can't run the steps to be added, the session is
 * opened without them.
 * @param profile the path for a record of what ran where
 */
export async function openSession(
  file: string,
  device: LocalDevice,
  settings: LaneSettings,
  options: SessionOptions,
  ends: Ends | null = null,
  profile?: string,
): Promise<Opened> {
  const still = options.still ? stillNetwork(file) : null
  const ended = ends && endedNetwork(file, still, ends, device === 'webgpu')
  if (ended) {
    const { bytes, signature, ...names } = ended
    try {
      const onCard = [...names.asPlanes.values()]
      return { session: await open(file, bytes, device, settings, options, profile, onCard), ends: names, signature }
    } catch {
      // Errors of the network itself are reported below.
    }
  }
  return { session: await open(file, still ?? unzipped(file), device, settings, options, profile), ends: NO_ENDS }
}

function stillNetwork(file: string): Buffer | null {
  try {
    return withBytes(file, withoutNoise)
  } catch {
    return null // ONNX Runtime reports what is wrong with it
  }
}

/** @param changed content to use instead of the file's own */
function endedNetwork(file: string, changed: Buffer | null, ends: Ends, onCard: boolean): Ended | null {
  try {
    const laid = (bytes: Bytes) => withEnds(bytes, ends, onCard)
    return changed ? laid(bytesOf(changed)) : withBytes(file, laid)
  } catch {
    return null
  }
}

/**
 * @param changed content to use instead of the file's own
 * @param onCard outputs that stay on the graphics card
 */
function open(
  file: string,
  changed: Buffer | null,
  device: LocalDevice,
  settings: LaneSettings,
  options: SessionOptions,
  profile: string | undefined,
  onCard: readonly string[] = [],
): Promise<Session> {
  if (device === 'wasm') return openWeb(file, changed, settings, options)
  const all = {
    ...nativeOptions(file, device, settings, options),
    ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
    ...(onCard.length > 0 && {
      preferredOutputLocation: Object.fromEntries(onCard.map((name) => [name, 'gpu-buffer' as const])),
    }),
  }
  const { InferenceSession } = nativeRuntime()
  if (!changed) return InferenceSession.create(file, all)
  // The folder in which to look for weights in separate files.
  const { session } = all.extra as { session: Record<string, unknown> }
  session.model_external_initializers_file_folder_path = dirname(file)
  return InferenceSession.create(changed, all)
}

/** ONNX Runtime ignores unknown names, so all options are set here. */
export function nativeOptions(
  file: string,
  device: LocalDevice,
  settings: Pick<LaneSettings, 'strict' | 'threads' | 'deviceId'>,
  options: SessionOptions,
): CreateOptions {
  const refuseCpu = settings.strict && device !== 'cpu'
  const providers: Provider[] = [
    device === 'webgpu'
      ? { name: 'webgpu', preferredLayout: webgpuLayout(file) }
      : providerFor(device, settings.deviceId),
  ]
  if (!refuseCpu && device === 'tensorrt') providers.push(providerFor('cuda', settings.deviceId)) // for operators that the device doesn't support
  if (!refuseCpu && device !== 'cpu') providers.push('cpu')
  return {
    executionProviders: providers,
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    executionMode: 'sequential',
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    enableCpuMemArena: options.arena ?? true,
    logSeverityLevel: 4, // errors in a session are thrown to its caller, so they needn't be printed too
    extra: {
      session: {
        // Spinning threads would take a third of the computer's time from other work.
        intra_op: { allow_spinning: '0' },
        inter_op: { allow_spinning: '0' },
        ...(refuseCpu && { disable_cpu_ep_fallback: '1' }),
      },
    },
  }
}

type Provider = NonNullable<CreateOptions['executionProviders']>[number]

/** Providers that allow the choice of a card. */
const CHOOSING: LocalDevice[] = ['cuda', 'tensorrt', 'directml']

export function providerFor(device: LocalDevice, deviceId?: number): string | { name: string; deviceId: number } {
  const name = providerOf[device]
  return deviceId !== undefined && CHOOSING.includes(device) ? { name, deviceId } : name
}

/**
 * Opens a session in WebAssembly, which can't read files. It runs in the lane's thread, because its own
 * threads would outlive the lane.
 */
function openWeb(
  file: string,
  changed: Buffer | null,
  settings: LaneSettings,
  options: SessionOptions,
): Promise<Session> {
  const web = webRuntime(settings.ownProcess ? settings.threads : 1)
  return web.InferenceSession.create(changed ?? readFileSync(file), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    externalData: externalData(file).map((data) => ({ path: basename(data), data: readFileSync(data) })),
  })
}

/**
 * The tensors that a session takes and returns. If steps were added, those of the network. Outputs that
 * aren't tensors (lists, dictionaries) can't be requested and are left out.
 * @throws EngineError if an input isn't a tensor, no output is one, or a name cannot be used
 */
export function ports(
  name: string,
  { session, ends, signature }: Opened,
): { inputs: TensorInfo[]; outputs: TensorInfo[] } {
  const other = session.inputMetadata.find((port) => !port.isTensor)
  if (other || !session.outputMetadata.some((port) => port.isTensor))
    throw new EngineError(
      'model-broken',
      `${name} ${other ? `has the input "${other.name}", which isn't a tensor` : 'outputs no tensors'}; Daisychain cannot run such models.`,
    )
  const inputs = portsOf(session.inputMetadata, signature?.inputs, ends.inputs)
  const outputs = portsOf(session.outputMetadata, signature?.outputs, ends.outputs)
  // Neither our objects nor ONNX Runtime's can have such a property.
  if ([...inputs, ...outputs].some(({ name }) => name === '__proto__'))
    throw new EngineError(
      'model-broken',
      `${name} calls one of its inputs or outputs "__proto__", a name that Daisychain cannot use. Export it again with another name.`,
    )
  return { inputs, outputs }
}

function portsOf(
  metadata: Session['inputMetadata'],
  declared: TensorPort[] | undefined,
  ended: EndNames['inputs'],
): TensorInfo[] {
  const known = metadata.flatMap((port): TensorInfo[] =>
    port.isTensor ? [{ name: port.name, dtype: port.type as DataType, shape: [...port.shape] }] : [],
  )
  if (!declared) return known
  return declared.flatMap(({ name, type, shape }) => {
    if (ended.has(name)) return [{ name, dtype: type as DataType, shape: shape ?? [] }]
    return known.filter((port) => port.name === name)
  })
}
