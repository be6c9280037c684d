import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder, type Unloadable, whyUnloadable } from './library'

const NATIVE_ONLY = "if (require(process.argv[1]).versions.emscripten) throw new Error('only in WebAssembly')"

/** Why sharp, which reads pictures, cannot be loaded here; null if it can, if need be in WebAssembly. */
export async function whyNoPictures(): Promise<string | null> {
  return (await tried())?.why ?? null
}

/**
 * What npm must be asked for so that pictures can be read, `name@version`; null if sharp's own library can be loaded. Where it
 * can't, npm may have brought the one in WebAssembly by chance, and would remove it while it is in use.
 */
export async function neededForPictures(): Promise<string | null> {
  return (await tried(NATIVE_ONLY)) && pictureLibrary()
}

/** sharp in WebAssembly, in the version of sharp, as npm is asked for it. */
export function pictureLibrary(): string {
  const file = join(packageFolder('sharp') ?? '', 'package.json')
  return `@img/sharp-wasm32@${JSON.parse(readFileSync(file, 'utf8')).version}`
}

async function tried(trial?: string): Promise<Unloadable | null> {
  const folder = packageFolder('sharp')
  return folder ? whyUnloadable(folder, trial) : null
}
