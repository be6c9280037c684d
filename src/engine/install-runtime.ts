import { execFile } from 'node:child_process'
import { childEnvironment } from '../apart/environment'
import { hasNative, runtimeHere, thisSystem } from './runtime-here'
import { wantedRuntime } from './wanted-runtime'

const underWay = new Map<string, Promise<void>>()

/**
 * Installs ONNX Runtime with npm, without the libraries for CUDA: those are what its own installation may fail for. Where the
 * native library cannot be loaded, or there is none for the system, the one in WebAssembly.
 *
 * @param folder where npm installs, Node-RED's user directory
 * @throws Error with a sentence and npm's own last words
 */
export function installRuntime(folder: string): Promise<void> {
  const running = underWay.get(folder) ?? install(folder).finally(() => underWay.delete(folder))
  underWay.set(folder, running)
  return running
}

async function install(folder: string): Promise<void> {
  if (hasNative(thisSystem()) && !(await runtimeHere()).why) {
    await npmInstall(folder, 'onnxruntime-node')
    if (!(await runtimeHere()).why) return
  }
  await npmInstall(folder, 'onnxruntime-web')
}

function npmInstall(folder: string, name: string): Promise<void> {
  const words = ['install', `${name}@${wantedRuntime()}`, '--ignore-scripts', '--no-audit', '--no-fund']
  const isWindows = process.platform === 'win32'
  const options = { cwd: folder, shell: isWindows, maxBuffer: 2 ** 26, env: childEnvironment('npm'), windowsHide: true }
  return new Promise((resolve, reject) => {
    execFile('npm', [...words, '--loglevel=error'], options, (error, stdout, stderr) => {
      if (!error) return resolve()
      const reason =
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'npm is not installed' : lastWords(stderr || stdout)
      reject(new Error(`ONNX Runtime could not be installed in ${folder}: ${reason}.`))
    })
  })
}

/** What npm says of its failure, without its prefix and its hint at a log file. */
function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
  const telling = lines.filter((line) => line && !/^(code|errno|A complete log)/.test(line))
  return (telling[0] ?? 'npm gave no reason').replace(/\.$/, '')
}
