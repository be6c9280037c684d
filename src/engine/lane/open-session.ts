import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { EngineError } from '../error'
import type { LaneSettings } from '../protocol'
import type { DataType, LocalDevice, SessionOptions, TensorInfo } from '../types'
import { externalData } from './identify'
import { nativeRuntime, providerOf, type Runtime, type Session, webRuntime } from './runtime'
import { unzipped } from './unzipped'
import { webgpuLayout } from './webgpu-layout'

type CreateOptions = NonNullable<Parameters<Runtime['InferenceSession']['create']>[1]>

/** A file as a session on one device. @param profile where to write what ran where */
export function openSession(
  file: string,
  device: LocalDevice,
  settings: LaneSettings,
  options: SessionOptions,
  profile?: string,
): Promise<Session> {
  if (device === 'wasm') return openWeb(file, settings, options)
  const all = {
    ...nativeOptions(file, device, settings, options),
    ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
  }
  const { InferenceSession } = nativeRuntime()
  const changed = unzipped(file)
  return changed ? InferenceSession.create(changed, all) : InferenceSession.create(file, all)
}

/** ONNX Runtime ignores names it does not know, so everything it gets is written here. */
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
  if (!refuseCpu && device === 'tensorrt') providers.push(providerFor('cuda', settings.deviceId)) // for what it cannot compile
  if (!refuseCpu && device !== 'cpu') providers.push('cpu')
  return {
    executionProviders: providers,
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    executionMode: 'sequential',
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    enableCpuMemArena: options.arena ?? true,
    logSeverityLevel: 4, // what goes wrong in a session is thrown to its caller, once is enough
    extra: {
      session: {
        // Spinning threads cost other work a third of the machine.
        intra_op: { allow_spinning: '0' },
        inter_op: { allow_spinning: '0' },
        ...(refuseCpu && { disable_cpu_ep_fallback: '1' }),
      },
    },
  }
}

type Provider = NonNullable<CreateOptions['executionProviders']>[number]

/** Only these providers let one choose a card. */
const CHOOSING: LocalDevice[] = ['cuda', 'tensorrt', 'directml']

export function providerFor(device: LocalDevice, deviceId?: number): string | { name: string; deviceId: number } {
  const name = providerOf[device]
  return deviceId !== undefined && CHOOSING.includes(device) ? { name, deviceId } : name
}

/** WebAssembly knows no files. In a thread it stays there: its own threads would outlive the lane. */
function openWeb(file: string, settings: LaneSettings, options: SessionOptions): Promise<Session> {
  const web = webRuntime(settings.ownProcess ? settings.threads : 1)
  return web.InferenceSession.create(unzipped(file) ?? readFileSync(file), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    externalData: externalData(file).map((data) => ({ path: basename(data), data: readFileSync(data) })),
  })
}

/**
 * The tensors a session takes and gives. Outputs that are no tensors (lists, dictionaries) cannot be asked for and are left out.
 *
 * @throws EngineError where an input is no tensor, no output is one, or a name cannot be used
 */
export function ports(name: string, session: Session): { inputs: TensorInfo[]; outputs: TensorInfo[] } {
  type Tensor = Extract<Session['inputMetadata'][number], { isTensor: true }>
  const describe = ({ name, type, shape }: Tensor): TensorInfo => ({ name, dtype: type as DataType, shape: [...shape] })
  const isTensor = (port: Session['inputMetadata'][number]): port is Tensor => port.isTensor
  const other = session.inputMetadata.find((port) => !isTensor(port))
  if (other || !session.outputMetadata.some(isTensor))
    throw new EngineError(
      'model-broken',
      `${name} ${other ? `has the input "${other.name}", which isn't a tensor` : 'outputs no tensors'}; Daisychain cannot run such models.`,
    )
  // A JavaScript object has no place for it, neither ours nor ONNX Runtime's.
  if ([...session.inputMetadata, ...session.outputMetadata].some(({ name }) => name === '__proto__'))
    throw new EngineError(
      'model-broken',
      `${name} calls one of its inputs or outputs "__proto__", a name that Daisychain cannot use. Export it again with another name.`,
    )
  return {
    inputs: session.inputMetadata.filter(isTensor).map(describe),
    outputs: session.outputMetadata.filter(isTensor).map(describe),
  }
}
