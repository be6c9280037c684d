import type { Signature, TensorPort } from '../../onnx/signature'
import { type Metadata, nonsense, type WireTensor } from './open-inference-codec'

interface Described {
  inputs: Metadata[]
  outputs: Metadata[]
}

/**
 * How a server's model differs from the file here, as a clause. Sizes that vary on one side match any size.
 */
export function unlikeFile(file: Signature | null, { inputs, outputs }: Described): string | undefined {
  if (!file) return undefined
  for (const own of file.inputs) {
    const there = inputs.find(({ name }) => name === own.name)
    if (!there) return `it has no input "${own.name}"`
    if (!isLike(own, there, true)) return `its input "${own.name}" is ${said(there)}, but here it is ${said(own)}`
  }
  for (const own of file.outputs) {
    const there = outputs.find(({ name }) => name === own.name)
    if (!there) return `it has no output "${own.name}"`
    // Files are often wrong about the shapes of outputs, so sizes aren't compared strictly.
    if (!isLike(own, there, false)) return `its output "${own.name}" is ${said(there)}, but here it is ${said(own)}`
  }
  return undefined
}

function isLike({ type, shape }: TensorPort, there: Metadata, withShape: boolean): boolean {
  if (type !== undefined && type !== there.type) return false
  if (!withShape || !shape) return true
  const fits = (size: number | string, i: number) => {
    const other = there.shape[i]
    return typeof size === 'string' || typeof other === 'string' || size === other
  }
  return shape.length === there.shape.length && shape.every(fits)
}

/** A tensor in words: `float32 [?, 3, 128, 128]`. */
export function said({ type, shape }: { type: string | undefined; shape: (number | string)[] | undefined }): string {
  const sizes = shape?.map((size) => (typeof size === 'number' ? size : '?')).join(', ')
  return `${type ?? 'no tensor'}${sizes === undefined ? '' : ` [${sizes}]`}`
}

/**
 * Compares a server's output with the request and with the server's own description. @throws EngineError `server-away`
 */
export function checkTensors(
  made: Record<string, WireTensor>,
  names: readonly string[],
  outputs: Metadata[],
  address: string,
): void {
  for (const name of names) {
    const tensor = Object.hasOwn(made, name) ? made[name] : undefined
    const declared = outputs.find((output) => output.name === name)
    if (!tensor) throw nonsense(address, `the output "${name}" is missing`)
    if (!declared) continue
    const { type, dims } = tensor
    const isDeclared =
      dims.length === declared.shape.length &&
      declared.shape.every((size, i) => typeof size === 'string' || size === dims[i])
    if (type !== declared.type || !isDeclared)
      throw nonsense(
        address,
        `the output "${name}" is ${said({ type, shape: [...dims] })}, not ${said(declared)} as described`,
      )
  }
}
