import { say } from '../words'

/** `1.8 MB`, in units of 1000. */
export function sayBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

/** Four digits are what a card's figures are good for. */
export function sayFigure(value: number): string {
  return `${Number(value.toPrecision(4))}`
}

/** `14:03:22`, with the date where it was not today. */
export function sayWhen(at: number, now = Date.now()): string {
  const [then, today] = [new Date(at), new Date(now)]
  const time = then.toLocaleTimeString()
  return then.toDateString() === today.toDateString() ? time : `${then.toLocaleDateString()} ${time}`
}

/** Names that are the same in every language. */
const DEVICES: Record<string, string> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  directml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
}

export function sayDevice(device: string): string {
  return DEVICES[device] ?? device
}

/** How long the last run took, and where there were several, how long they mostly take. In milliseconds. */
export function sayTime({ runs, last, median }: { runs: number; last: number; median: number }): string {
  const times = { last: Math.round(last), median: Math.round(median), runs }
  return say(runs > 1 ? 'timeTaken' : 'took', runs > 1 ? times : { ms: times.last })
}
