import type { LocalDevice } from './types'

/**
 * Readable names of the devices, the same in every language. Without imports, because the editor uses them
 * too.
 */
export const deviceNames: Record<LocalDevice, string> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  directml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
}
