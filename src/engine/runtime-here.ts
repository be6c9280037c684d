import { packageFolder, whyUnloadable } from '../apart/library'
import type { System } from '../apart/this-system'

/** The runtime available here: ONNX Runtime's native library, or the slower one in WebAssembly. */
export interface RuntimeHere {
  runs: 'native' | 'wasm' | null
  /** Why the native library doesn't work although it is installed; null otherwise. */
  why: string | null
}

/** Whether a native library exists for a system, because one that can't run shouldn't be downloaded. */
export function hasNative({ platform, arch, glibc }: System): boolean {
  if (platform === 'darwin') return arch === 'arm64'
  if (arch !== 'x64' && arch !== 'arm64') return false
  if (platform !== 'linux') return platform === 'win32'
  const [major = 0, minor = 0] = (glibc ?? '').split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 28)
}

/** Why loading the native library crashes the process, for example because the processor is too old; otherwise null. */
let ending: string | null = null

/** Why loading the native library crashes the process, as far as known; otherwise null. */
export function knownToEnd(): string | null {
  return ending
}

/** Checks each time, because something may have been installed. */
export async function runtimeHere(): Promise<RuntimeHere> {
  const folder = packageFolder('onnxruntime-node')
  const unloadable = folder ? await whyUnloadable(folder) : null
  if (folder) ending = unloadable?.ends ? unloadable.why : null
  if (folder && !unloadable) return { runs: 'native', why: null }
  return { runs: packageFolder('onnxruntime-web') ? 'wasm' : null, why: unloadable?.why ?? null }
}
