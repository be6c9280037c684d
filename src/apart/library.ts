import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './environment'

/** The folder of an installed package; null if there is none. The package isn't loaded. */
export function packageFolder(name: string): string | null {
  // `require.resolve` would cache the result.
  const folders = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name))
  return folders.find((folder) => existsSync(folder)) ?? null
}

/** Why a library can't be used, in one line. `ends` if it ends the process that loads it. */
export interface Unloadable {
  why: string
  ends: boolean
}

/**
 * Null if the library can be loaded. It is tried in a separate process, which it might crash.
 *
 * @param trial the program that tries it; its first argument is the folder
 */
export function whyUnloadable(folder: string, trial = 'require(process.argv[1])'): Promise<Unloadable | null> {
  const options = {
    timeout: 60_000,
    env: { ...childEnvironment('models'), ORT_DISABLE_TELEMETRY: '1' },
    windowsHide: true,
  }
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', trial, folder], options, (error, _stdout, stderr) => {
      if (!error) return resolve(null)
      const said = stderr.split('\n').find((line) => /^\w*Error: /.test(line))
      resolve(
        said
          ? { why: said.replace(/^\w*Error: /, ''), ends: false }
          : { why: `it ends the process (${error.signal ?? error.code})`, ends: true },
      )
    })
  })
}
