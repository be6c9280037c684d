import { npmInstall } from '../apart/npm-install'
import { thisSystem } from '../apart/this-system'
import { hasNative, runtimeHere } from './runtime-here'
import { wantedRuntime } from './wanted-runtime'

const underWay = new Map<string, Promise<void>>()

/**
 * Installs ONNX Runtime with npm, without its CUDA libraries, which could make the installation fail. If the
 * native library can't be loaded, or doesn't exist for the system, installs the one in WebAssembly instead.
 * @param folder where npm installs, Node-RED's user directory
 * @throws Error with a sentence and the last lines of npm's output
 */
export function installRuntime(folder: string): Promise<void> {
  const running = underWay.get(folder) ?? install(folder).finally(() => underWay.delete(folder))
  underWay.set(folder, running)
  return running
}

async function install(folder: string): Promise<void> {
  if (hasNative(thisSystem()) && !(await runtimeHere()).why) {
    await npmInstall(folder, `onnxruntime-node@${wantedRuntime()}`, 'ONNX Runtime')
    if (!(await runtimeHere()).why) return
  }
  await npmInstall(folder, `onnxruntime-web@${wantedRuntime()}`, 'ONNX Runtime')
}
