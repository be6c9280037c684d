import type { LocalDevice } from './types'

/** People's names for the devices, the same in every language. Pure: the editor uses it too. */
export const deviceNames: Record<LocalDevice, string> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  directml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
}
