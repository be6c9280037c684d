import { EngineError } from '../error'
import type { Carry } from '../types'

/** By the names of the inputs that get them. */
type Tensors = Record<string, unknown>

/** How many callers' outputs are kept; the oldest are discarded first. */
const MOST = 3

/**
 * Keeps outputs of a model's runs that are inputs of later runs, in the form that ONNX Runtime returns and
 * accepts.
 */
export function createCarried() {
  const all = new Map<string, Tensors>()

  return {
    /** What earlier runs kept for this one. @throws EngineError if it has been discarded */
    before(model: string, carry: Carry | undefined): Tensors {
      if (!carry?.goesOn) return {}
      const tensors = all.get(carry.key)
      if (tensors) return tensors
      throw new EngineError('forgotten', `${model} no longer has the cache of its last run: run it from the beginning.`)
    },
    /** @param before inputs that stay the same @param outputs by name */
    keep({ key, becomes }: Carry, before: Tensors, outputs: Tensors): void {
      all.delete(key)
      const made = Object.entries(becomes).map(([input, output]) => [input, outputs[output]])
      all.set(key, { ...before, ...Object.fromEntries(made) })
      for (const [oldest] of [...all].slice(0, Math.max(0, all.size - MOST))) all.delete(oldest)
    },
  }
}
