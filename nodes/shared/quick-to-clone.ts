/** Numbers from which on a clone is felt. */
const MANY = 20_000
/** So deep, and in so many values beside each other, typed arrays are looked for. */
const DEEP = 4
const WIDE = 200

/**
 * A message for Node-RED to clone, as it does for each Catch node. It clones typed arrays number by number, by their names: 36 MB of
 * pixels hold up everything for half a minute. So the large ones become views that it passes on uncloned. The message itself stays
 * as it is.
 */
export function quickToClone<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return (isSlow(value) ? shared(value) : value) as T
  if (depth === DEEP) return value
  if (Array.isArray(value)) return value.length > WIDE ? value : (changed(value, depth) ?? value)
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? (changed(value, depth) ?? value) : value
}

/** A copy in which something is another; null: nothing is. */
function changed<T extends object>(value: T, depth: number): T | null {
  let copy: T | null = null
  let seen = 0
  for (const name in value) {
    if (seen++ === WIDE) break
    const one = value[name]
    const quick = quickToClone(one, depth + 1)
    if (quick === one) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as T
    copy[name] = quick
  }
  return copy
}

/** Buffers are cloned as a whole. */
function isSlow(value: ArrayBufferView): boolean {
  return !Buffer.isBuffer(value) && (value as Uint8Array).length > MANY
}

/** The same numbers, called something that cannot be cloned. */
function shared(value: ArrayBufferView): ArrayBufferView {
  const view = (value as Uint8Array).subarray()
  return Object.defineProperty(view, Symbol.toStringTag, { value: 'Shared' })
}
