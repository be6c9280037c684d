import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder, type Unloadable, whyUnloadable } from './library'
import { type System, thisSystem } from './this-system'

const IN_WEBASSEMBLY = '@img/sharp-wasm32'
const NATIVE_ONLY = "if (require(process.argv[1]).versions.emscripten) throw new Error('only in WebAssembly')"

/** Why sharp, which reads pictures, cannot be loaded here; null if it can, possibly in WebAssembly. */
export async function whyNoPictures(): Promise<string | null> {
  return (await tried())?.why ?? null
}

/**
 * What npm must be asked for so that pictures can be read, `name@version`; null if sharp's own library can be loaded.
 * If it can't, npm may happen to have installed the one in WebAssembly, and would remove it while it is in use.
 */
export async function neededForPictures(): Promise<string | null> {
  return (await tried(NATIVE_ONLY)) && pictureLibrary()
}

/** sharp in WebAssembly, in sharp's version, as npm names it. */
export function pictureLibrary(): string {
  const file = join(packageFolder('sharp') ?? '', 'package.json')
  return `${IN_WEBASSEMBLY}@${JSON.parse(readFileSync(file, 'utf8')).version}`
}

/**
 * Whether trying is worth it: Node.js remembers what it didn't find, even once it has been installed. sharp's own
 * library doesn't exist for 32-bit Alpine Linux.
 */
export function mayReadPictures({ platform, arch, glibc }: System = thisSystem()): boolean {
  const hasNative = platform !== 'linux' || glibc !== null || arch === 'x64' || arch === 'arm64'
  return hasNative || packageFolder(IN_WEBASSEMBLY) !== null
}

async function tried(trial?: string): Promise<Unloadable | null> {
  const folder = packageFolder('sharp')
  return folder ? whyUnloadable(folder, trial) : null
}
