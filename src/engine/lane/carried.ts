import { EngineError } from '../error'
import type { Carry } from '../types'

/** By the names of the inputs that they are for. */
type Tensors = Record<string, unknown>

/** The outputs of this many callers are kept; the oldest are discarded first. */
const MOST = 3

/** The outputs of a model's runs that are inputs of later ones, as ONNX Runtime returns and takes them. */
export function createCarried() {
  const all = new Map<string, Tensors>()

  return {
    /** What earlier runs left for this one. @throws EngineError if it isn't there any more */
    before(model: string, carry: Carry | undefined): Tensors {
      if (!carry?.goesOn) return {}
      const tensors = all.get(carry.key)
      if (tensors) return tensors
      throw new EngineError('forgotten', `${model} no longer has the cache of its last run: run it from the beginning.`)
    },
    /** @param before what stays as it is @param outputs by their names */
    keep({ key, becomes }: Carry, before: Tensors, outputs: Tensors): void {
      all.delete(key)
      const made = Object.entries(becomes).map(([input, output]) => [input, outputs[output]])
      all.set(key, { ...before, ...Object.fromEntries(made) })
      for (const [oldest] of [...all].slice(0, Math.max(0, all.size - MOST))) all.delete(oldest)
    },
  }
}
