/** From this many numbers on, cloning takes noticeable time. */
const MANY = 20_000
/** How deep typed arrays are searched for, and in how many values per level. */
const DEEP = 4
const WIDE = 200

/**
 * A copy of a message that Node-RED clones quickly, as it does for each Catch node. Its clone recognises
 * typed arrays by name and copies them number by number: with 36 MB of pixels, that blocks everything for
 * half a minute. So large ones are replaced by views that it doesn't clone. The original message stays
 * unchanged.
 */
export function quickToClone<T>(value: T, instead: Instead = uncloned, depth = 0): T {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return (isSlow(value) ? instead(value as unknown as Uint8Array) : value) as T
  if (depth === DEEP) return value
  if (Array.isArray(value)) return value.length > WIDE ? value : (changed(value, instead, depth) ?? value)
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? (changed(value, instead, depth) ?? value) : value
}

/**
 * Clones a value with Node-RED's clone, but copies large typed arrays as a whole.
 * @param clone Node-RED's clone
 */
export function cloneQuickly<T>(clone: (value: T) => T, value: T): T {
  const copies: Uint8Array[] = []
  const copy = clone(
    quickToClone(value, (view) => {
      copies.push(uncloned(view.slice()))
      return copies.at(-1) as Uint8Array
    }),
  )
  for (const one of copies) Reflect.deleteProperty(one, Symbol.toStringTag)
  return copy
}

/** The placeholder for a large typed array. */
type Instead = (view: Uint8Array) => Uint8Array

/** A copy with replacements; null if nothing was replaced. */
function changed<T extends object>(value: T, instead: Instead, depth: number): T | null {
  let copy: T | null = null
  let seen = 0
  for (const name in value) {
    if (seen++ === WIDE) break
    const one = value[name]
    const quick = quickToClone(one, instead, depth + 1)
    if (quick === one) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as T
    copy[name] = quick
  }
  return copy
}

/** Node-RED copies Buffers as a whole, but other typed arrays number by number. */
function isSlow(value: ArrayBufferView): boolean {
  return !Buffer.isBuffer(value) && (value as Uint8Array).length > MANY
}

/** A view of the same numbers, with a type name that the clone doesn't know. */
function uncloned(numbers: Uint8Array): Uint8Array {
  return Object.defineProperty(numbers.subarray(), Symbol.toStringTag, { value: 'Shared', configurable: true })
}
