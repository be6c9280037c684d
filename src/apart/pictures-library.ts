import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder, type Unloadable, whyUnloadable } from './library'
import { type System, thisSystem } from './this-system'

const IN_WEBASSEMBLY = '@img/sharp-wasm32'
const NATIVE_ONLY = "if (require(process.argv[1]).versions.emscripten) throw new Error('only in WebAssembly')"

/** Why sharp, which reads pictures, can't be loaded; null if it can, possibly as WebAssembly. */
export async function whyNoPictures(): Promise<string | null> {
  return (await tried())?.why ?? null
}

/**
 * The package to install so that pictures can be read, as `name@version`; null if sharp's native library can
 * be loaded. If it can't, the WebAssembly version may be installed by chance, and npm would remove it while
 * it is in use.
 */
export async function neededForPictures(): Promise<string | null> {
  return (await tried(NATIVE_ONLY)) && pictureLibrary()
}

/** The name under which npm knows the WebAssembly version of sharp, with sharp's version. */
export function pictureLibrary(): string {
  const file = join(packageFolder('sharp') ?? '', 'package.json')
  return `${IN_WEBASSEMBLY}@${JSON.parse(readFileSync(file, 'utf8')).version}`
}

/**
 * Whether trying to load sharp is useful. Node.js caches failures, even if the library is installed
 * afterwards. On 32-bit Alpine Linux there is no native library.
 */
export function mayReadPictures({ platform, arch, glibc }: System = thisSystem()): boolean {
  const hasNative = platform !== 'linux' || glibc !== null || arch === 'x64' || arch === 'arm64'
  return hasNative || packageFolder(IN_WEBASSEMBLY) !== null
}

async function tried(trial?: string): Promise<Unloadable | null> {
  const folder = packageFolder('sharp')
  return folder ? whyUnloadable(folder, trial) : null
}
