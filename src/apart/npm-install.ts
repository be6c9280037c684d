import { execFile } from 'node:child_process'
import { childEnvironment } from './environment'
import { neededForPictures } from './pictures-library'

/**
 * Installs a package with npm, without running its install scripts. Also installs what is needed to read
 * pictures if sharp's native library can't be loaded.
 *
 * @param folder npm's target, which is Node-RED's user directory
 * @param wanted `name@version`
 * @param what the purpose, as part of an error message
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

/** npm's error message, without its prefix and the reference to a log file. */
function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
  const telling = lines.filter((line) => line && !/^(code|errno|A complete log)/.test(line))
  return (telling[0] ?? 'npm gave no reason').replace(/\.$/, '')
}
