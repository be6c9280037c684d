import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from '../apart/environment'
import { EngineError } from './error'
import { installedRuntime } from './installed-runtime'

/**
 * Downloads ONNX Runtime's libraries for CUDA and TensorRT (several hundred megabytes) with ONNX Runtime's
 * own installer, in a child process.
 * @throws EngineError 'runtime-missing' or 'device' that says what to do
 */
export async function installCuda(print: (text: string) => void): Promise<void> {
  const runtime = installedRuntime()
  const script = runtime && join(runtime.folder, 'script', 'install.js')
  if (!script || !existsSync(script))
    throw new EngineError(
      'runtime-missing',
      'ONNX Runtime is missing, so there is nothing to install CUDA for: run `npx daisychain doctor` to see how to install it.',
    )
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new EngineError(
      'device',
      `ONNX Runtime has CUDA libraries for Linux on x64 only, not for ${process.platform} on ${process.arch}. On Windows choose DirectML, on a Mac Core ML.`,
    )
  const end = await runInstaller(script, print)
  if (end === null) return
  throw new EngineError(
    'device',
    `The CUDA libraries could not be installed (the installer ended with ${end}). Check that this computer is online and that Node-RED can write to ${runtime.folder}. Without a connection, copy libonnxruntime_providers_cuda.so, _shared.so and _tensorrt.so of ONNX Runtime ${runtime.version} into ${join(runtime.folder, 'bin', 'napi-v6', 'linux', 'x64')}.`,
  )
}

/** Resolves with null on success, otherwise with how the installer ended. */
function runInstaller(script: string, print: (text: string) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, '--onnxruntime-node-install'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Without the variables that would make the installer do nothing (ONNXRUNTIME_NODE_INSTALL and npm's).
      env: childEnvironment('download'),
      windowsHide: true,
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => print(String(chunk)))
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)))
  })
}
