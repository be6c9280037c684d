import { execFile } from 'node:child_process'
import { childEnvironment } from './environment'
import { neededForPictures } from './pictures-library'

/**
 * Installs a package with npm, without running its install scripts; and what reading pictures needs if sharp's own
 * library can't be loaded.
 *
 * @param folder where npm installs, Node-RED's user directory
 * @param wanted `name@version`
 * @param what it is for, in a sentence
 * @throws Error with a sentence and the end of npm's output
 */
export async function npmInstall(folder: string, wanted: string, what: string): Promise<void> {
  const packages = new Set([wanted, (await neededForPictures()) ?? wanted])
  const words = ['install', ...packages, '--ignore-scripts', '--no-audit', '--no-fund']
  const isWindows = process.platform === 'win32'
  const options = { cwd: folder, shell: isWindows, maxBuffer: 2 ** 26, env: childEnvironment('npm'), windowsHide: true }
  return new Promise((resolve, reject) => {
    execFile('npm', [...words, '--loglevel=error'], options, (error, stdout, stderr) => {
      if (!error) return resolve()
      const reason =
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'npm is not installed' : lastWords(stderr || stdout)
      reject(new Error(`${what} could not be installed in ${folder}: ${reason}.`))
    })
  })
}

/** What npm says about its failure, without its prefix and its hint at a log file. */
function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
  const telling = lines.filter((line) => line && !/^(code|errno|A complete log)/.test(line))
  return (telling[0] ?? 'npm gave no reason').replace(/\.$/, '')
}
