import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from '../apart/environment'
import { runtimeFolder } from './installed-runtime'

/** What runs models here: ONNX Runtime's native library, or the slower one in WebAssembly. */
export interface RuntimeHere {
  runs: 'native' | 'wasm' | null
  /** Why the native library does not, though it is installed. */
  why: string | null
}

/** The system that a library is for. `glibc` is its version; null: another C library, as Alpine Linux has. */
export interface System {
  platform: string
  arch: string
  glibc: string | null
}

export function thisSystem(): System {
  const { platform, arch } = process
  if (platform !== 'linux') return { platform, arch, glibc: null }
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined
  return { platform, arch, glibc: report?.header?.glibcVersionRuntime ?? null }
}

/** Whether there is a native library for a system at all: nothing is downloaded that cannot run. */
export function hasNative({ platform, arch, glibc }: System): boolean {
  if (platform === 'darwin') return arch === 'arm64'
  if (arch !== 'x64' && arch !== 'arm64') return false
  if (platform !== 'linux') return platform === 'win32'
  const [major = 0, minor = 0] = (glibc ?? '').split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 28)
}

/** Why the native library was found to end the process that loads it, as on a processor that is too old for it; else null. */
let ending: string | null = null

/** What a lane need not try, as far as it is known. */
export function knownToEnd(): string | null {
  return ending
}

/** Looks anew each time: something may have been installed. The library is tried in a process of its own, which it may end. */
export async function runtimeHere(): Promise<RuntimeHere> {
  const folder = runtimeFolder()
  const why = folder ? await whyUnloadable(folder) : null
  if (folder && why === null) return { runs: 'native', why }
  const web = (require.resolve.paths('onnxruntime-web') ?? []).some((each) => existsSync(join(each, 'onnxruntime-web')))
  return { runs: web ? 'wasm' : null, why }
}

function whyUnloadable(folder: string): Promise<string | null> {
  const program = ['-e', 'require(process.argv[1])', folder]
  const options = {
    timeout: 60_000,
    env: { ...childEnvironment('models'), ORT_DISABLE_TELEMETRY: '1' },
    windowsHide: true,
  }
  return new Promise((resolve) => {
    execFile(process.execPath, program, options, (error, _stdout, stderr) => {
      const said = stderr.split('\n').find((line) => /^\w*Error: /.test(line))
      ending = error && !said ? `it ends the process (${error.signal ?? error.code})` : null
      resolve(error ? (said?.replace(/^\w*Error: /, '') ?? ending) : null)
    })
  })
}
