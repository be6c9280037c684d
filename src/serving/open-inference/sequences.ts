/** How many sequences of a model are remembered; the oldest are forgotten. */
const MOST = 64

/** Model → its sequences, the latest last. */
const known = new WeakMap<object, Map<string, object>>()

/**
 * The sequence that a request continues, by the parameters of Triton's sequence extension: `sequence_id` (a string or
 * a whole number other than 0), `sequence_start` and `sequence_end`. Undefined for a request that stands alone.
 */
export function sequenceOf(model: object, parameters: unknown): object | undefined {
  const { sequence_id: id, sequence_start, sequence_end } = (parameters ?? {}) as Record<string, unknown>
  if (!isId(id)) return undefined
  const open = known.get(model) ?? new Map<string, object>()
  known.set(model, open)
  const key = `${typeof id} ${id}`
  const sequence = (sequence_start === true ? undefined : open.get(key)) ?? {}
  open.delete(key)
  if (sequence_end !== true) open.set(key, sequence)
  if (open.size > MOST) open.delete(open.keys().next().value as string)
  return sequence
}

const isId = (id: unknown) =>
  typeof id === 'string' ? id !== '' && id.length <= 200 : Number.isSafeInteger(id) && id !== 0
