import type { Instance } from '../../models/tasks/detect'
import { isImage, isSegmentation } from '../../types'
import type { Attempt } from './attempt'
import { small } from './likeness'
import { apart } from './statistics'

/** Keeps the attempts whose results a person can tell apart from the earlier ones. */
export async function differing<One extends Attempt>(tried: readonly One[]): Promise<One[]> {
  const kept: One[] = []
  for (const one of tried) {
    const differs = await Promise.all(kept.map((other) => isDifferent(one, other)))
    if (differs.every(Boolean)) kept.push(one)
  }
  return kept.slice(0, 4)
}

async function isDifferent(one: Attempt, other: Attempt): Promise<boolean> {
  for (const [i, outcome] of one.outcomes.entries()) {
    const beside = other.outcomes[i]
    if (!beside) continue
    for (const [name, value] of Object.entries(outcome.outputs))
      if (await differs(value, beside.outputs[name])) return true
    // Alternatives that agree on the samples' class may still differ on pictures that the network is made for.
    for (const { tensor, as } of one.proposal.outputs) {
      const [a, b] = [outcome.raw[tensor]?.data, beside.raw[tensor]?.data]
      if (as === 'category' && a && b && areApart(Array.from(a, Number), Array.from(b, Number))) return true
    }
    if (Object.keys(outcome.outputs).join() !== Object.keys(beside.outputs).join()) return true
  }
  return false
}

async function differs(a: unknown, b: unknown): Promise<boolean> {
  if (isImage(a) && isImage(b)) return apart(await small(a), await small(b)) > 0.03
  if (isSegmentation(a) && isSegmentation(b)) {
    if (a.data.length !== b.data.length) return true
    let count = 0
    for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) count++
    return count > 0.05 * a.data.length
  }
  if (typeof a === 'string' || typeof b === 'string') return a !== b
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) > 0.1 * (Math.abs(a) + Math.abs(b))
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return areApart(a as Float32Array, b as Float32Array)
  if (Array.isArray(a) && Array.isArray(b)) {
    const [one, other] = [a[0], b[0]] as (Instance | undefined)[]
    const isThing = (thing: unknown) => typeof thing === 'object' && thing !== null && 'box' in thing
    if (isThing(one) || isThing(other)) return one?.category !== other?.category || Math.abs(a.length - b.length) > 2
    return areApart(a.flat(3), b.flat(3))
  }
  return false
}

/** Whether two lists of numbers differ by a tenth of their size or more. */
function areApart(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length || a.length === 0) return a.length !== b.length
  const size = apart(a, new Float32Array(a.length))
  return Number.isFinite(size) && apart(a, b) > 0.1 * size + 1e-9
}
