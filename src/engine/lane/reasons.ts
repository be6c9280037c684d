import { cudaNeeds, sayCudaNeeds, softwareOf } from '../cuda-needs'
import { deviceNames } from '../device-names'
import type { LocalDevice } from '../types'

/** The devices' names in sentences. */
const names = { ...deviceNames, cpu: 'the processor' }

/** The systems on which ONNX Runtime for Node.js supports a device. */
const homes: Partial<Record<LocalDevice, string>> = {
  cuda: 'Linux with an x64 processor',
  tensorrt: 'Linux with an x64 processor',
  directml: 'Windows',
  coreml: 'a Mac with Apple silicon',
  webgpu: 'Windows, macOS, and Linux with an x64 processor',
}

export function notInBuild(device: LocalDevice): string {
  return `ONNX Runtime for this system (${process.platform} ${process.arch}) has no ${names[device]}; only the builds for ${homes[device] ?? 'other systems'}. Choose another device.`
}

/** Why a device with a separate library doesn't work if that file is missing. */
export const NO_LIBRARY: Partial<Record<LocalDevice, string>> = {
  cuda: 'CUDA libraries missing: run `npx daisychain doctor --install-cuda`.',
  tensorrt:
    'TensorRT libraries missing: run `npx daisychain doctor --install-cuda`, which brings them too, and install NVIDIA’s TensorRT.',
}

export const NO_NVIDIA_CARD = 'No NVIDIA card found.'

const DRIVERS =
  'On Linux install its Vulkan driver (mesa-vulkan-drivers, or NVIDIA’s own driver); on Windows and macOS update the system.'

export const NO_CARD = `No graphics card was found. If there is one: ${DRIVERS}`

/** Patterns of native errors, and what they mean to people. The first match counts. */
export const advices: { device?: LocalDevice[]; words: RegExp; advice: string | ((reason: string) => string) }[] = [
  {
    device: ['webgpu'],
    words: /adapter/i,
    advice: `WebGPU found no graphics card it can use. ${DRIVERS}`,
  },
  {
    device: ['cuda', 'tensorrt'],
    words: /load.*(library|libonnxruntime)|cannot open shared object|LoadLibrary/i,
    advice: (reason) =>
      `ONNX Runtime’s CUDA library is installed, but NVIDIA software that it needs is missing: install ${softwareOf(reason) ?? `NVIDIA’s driver, ${sayCudaNeeds()}`}, and restart Node-RED.`,
  },
  {
    device: ['cuda', 'tensorrt'],
    words: /no CUDA-capable device|cudaErrorNoDevice|CUDA failure 100|error 100\b/i,
    advice: "No NVIDIA card found, or its driver isn't loaded. Run `nvidia-smi` to check.",
  },
  {
    device: ['cuda', 'tensorrt'],
    words: /driver version is insufficient|CUDA failure 35\b/i,
    advice: () =>
      `NVIDIA’s driver is older than CUDA ${cudaNeeds()?.cuda ?? ''} needs: update the driver.`.replace('  ', ' '),
  },
  {
    device: ['cuda', 'tensorrt', 'directml'],
    words: /invalid device ordinal|CUDA failure 101|device_?id/i,
    advice:
      "There is no graphics card with that number: choose another GPU number in the engine's settings, counting from 0.",
  },
  {
    words: /out of memory|bad_alloc|failed to allocate/i,
    advice: 'The device ran out of memory: choose a smaller variant, or close other programs that use it.',
  },
  {
    words: /disable_cpu_ep_fallback|fallback to CPU|assigned to the default CPU/i,
    advice:
      "Some of the model's operators exist only for the CPU: switch off “Fail if this device is unavailable” so that the CPU can help.",
  },
]

/** A sentence for people about a native error: what is wrong and what to do, with the error's own text. */
export function adviceFor(device: LocalDevice, reason: string): string {
  const known = advices.find((one) => (one.device?.includes(device) ?? true) && one.words.test(reason))
  const words = reason.replace(/[.\s]+$/, '')
  const advice = typeof known?.advice === 'function' ? known.advice(reason) : known?.advice
  return advice ? `${advice} (ONNX Runtime said: ${words}.)` : `ONNX Runtime could not use ${names[device]}: ${words}.`
}

/** The last line of a native error, short enough for a status text. */
export function reasonOf(error: unknown): string {
  const text = String((error as Error)?.message ?? error).trim()
  // For a failed check, the line contains source code, followed by the meaning.
  const line = (text.split('\n').pop() as string).replace(/^.* was false\. (?=.)/, '')
  return line.length > 200 ? `…${line.slice(-199)}` : line
}
