import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type * as Ort from 'onnxruntime-node'
import { packageFolder } from '../../apart/library'
import { thisSystem } from '../../apart/this-system'
import { EngineError } from '../error'
import { hasNative } from '../runtime-here'
import type { LocalDevice } from '../types'
import { wantedRuntime } from '../wanted-runtime'

const WEB = 'onnxruntime-web'
const machine = `${process.platform} ${process.arch}`

export type Runtime = typeof Ort
export type Session = Ort.InferenceSession

/** ONNX Runtime's names. */
export const providerOf: Record<LocalDevice, string> = {
  cpu: 'cpu',
  cuda: 'cuda',
  tensorrt: 'tensorrt',
  directml: 'dml',
  coreml: 'coreml',
  webgpu: 'webgpu',
  wasm: 'wasm',
}

let native: Runtime | undefined

/** The native library, loaded on first use because it is an optional dependency and takes a tenth of a second. */
export function nativeRuntime(): Runtime {
  if (native) return native
  // Checked here, because require() would remember the package as missing even after it has been installed.
  if (!packageFolder('onnxruntime-node')) throw missing()
  // Otherwise it reports its use to Microsoft, and keeps a database for that in the user's cache folder (on
  // Linux, since 1.30).
  process.env.ORT_DISABLE_TELEMETRY = '1'
  try {
    native = require('onnxruntime-node') as Runtime
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isMissing = code === 'MODULE_NOT_FOUND' && message.includes("'onnxruntime-node'")
    throw isMissing ? missing() : unusable((error as Error).message)
  }
  native.env.logLevel = 'error'
  return native
}

/** Whether the user has installed the slower library without native code. */
export function hasWeb(): boolean {
  try {
    require.resolve(WEB)
    return true
  } catch {
    return false
  }
}

/** ONNX Runtime in WebAssembly. */
export function webRuntime(threads: number): Runtime {
  try {
    const web = require(WEB) as Runtime
    web.env.logLevel = 'error'
    web.env.wasm.numThreads = threads
    return web
  } catch (error) {
    throw new EngineError(
      'runtime-missing',
      `ONNX Runtime for WebAssembly cannot be loaded (${String((error as Error).message).split('\n')[0]}). In Node-RED's user directory (usually ~/.node-red) run "npm install ${WEB}@${wantedRuntime()}", or choose another device.`,
    )
  }
}

const NEEDS = '64-bit Windows, Linux with glibc 2.28 or later, or macOS on Apple silicon'
const IN_WEBASSEMBLY = `press “Install runtime” in the editor, or run "npm install ${WEB}@${wantedRuntime()}" in Node-RED's user directory (usually ~/.node-red, in containers /data): models then run in WebAssembly, two to three times more slowly. In Docker, a Debian-based Node-RED image runs them at full speed.`

function missing(): EngineError {
  if (!hasNative(thisSystem()))
    return new EngineError(
      'runtime-missing',
      `Models cannot run yet: ONNX Runtime's native library needs ${NEEDS}, and this machine is ${machine}. Here ${IN_WEBASSEMBLY}`,
    )
  const install = `npm install onnxruntime-node@${wantedRuntime()} --ignore-scripts`
  return new EngineError(
    'runtime-missing',
    `ONNX Runtime is not installed, so models cannot run: press “Install runtime” in the editor, or run "${install}" in Node-RED's user directory (usually ~/.node-red). Where that isn't possible, "npm install ${WEB}@${wantedRuntime()}" runs models two to three times more slowly.`,
  )
}

/** @param why the library's own error */
export function unusable(why: string): EngineError {
  return new EngineError(
    'runtime-missing',
    `ONNX Runtime is installed but cannot be loaded on this machine (${machine}): ${why.split('\n')[0]}. It needs ${NEEDS}. Elsewhere ${IN_WEBASSEMBLY}`,
  )
}

/** True if the native library of a provider that isn't part of the package is present, for example `cuda`. */
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
