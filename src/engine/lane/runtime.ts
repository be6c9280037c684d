import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type * as Ort from 'onnxruntime-node'
import { EngineError } from '../error'

export type Runtime = typeof Ort
export type Session = Ort.InferenceSession

let runtime: Runtime | undefined

/** ONNX Runtime, loaded on first use because it is an optional dependency and takes a tenth of a second. */
export function loadRuntime(): Runtime {
  if (runtime) return runtime
  // It would report its use to Microsoft and keep a database for that in the user's cache folder (Linux, since 1.30).
  process.env.ORT_DISABLE_TELEMETRY = '1'
  try {
    runtime = require('onnxruntime-node') as Runtime
  } catch (error) {
    throw missing(error as NodeJS.ErrnoException)
  }
  runtime.env.logLevel = 'error'
  return runtime
}

function missing(error: NodeJS.ErrnoException): EngineError {
  const reason = String(error.message).split('\n')[0]
  if (error.code === 'MODULE_NOT_FOUND' && reason?.includes("'onnxruntime-node'")) {
    const install = `npm install onnxruntime-node@${wantedVersion()}`
    return new EngineError(
      'runtime-missing',
      `Models cannot run because ONNX Runtime is not installed. In Node-RED's user directory (usually ~/.node-red) run "${install}" with the environment variable ONNXRUNTIME_NODE_INSTALL=skip, then try again.`,
    )
  }
  return new EngineError(
    'runtime-missing',
    `ONNX Runtime is installed but cannot be loaded on this machine (${process.platform} ${process.arch}): ${reason}. It needs 64-bit Windows, Linux with glibc 2.28 or later, or macOS on Apple silicon.`,
  )
}

/** The version our package.json asks for. */
function wantedVersion(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const wanted = JSON.parse(readFileSync(file, 'utf8')).optionalDependencies?.['onnxruntime-node']
    if (wanted) return wanted
  }
  return 'latest'
}

/** True when the native library of a provider that does not come with the package is there, for example `cuda`. */
export function hasProviderLibrary(provider: string): boolean {
  const prefix = process.platform === 'win32' ? '' : 'lib'
  const suffix = process.platform === 'win32' ? 'dll' : 'so'
  const bin = join(dirname(require.resolve('onnxruntime-node/package.json')), 'bin')
  return readdirSync(bin).some((api) => {
    const library = join(
      bin,
      api,
      process.platform,
      process.arch,
      `${prefix}onnxruntime_providers_${provider}.${suffix}`,
    )
    return existsSync(library) && statSync(library).size > 0
  })
}
