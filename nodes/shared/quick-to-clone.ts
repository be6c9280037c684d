/** From this many numbers on, cloning is noticeable. */
const MANY = 20_000
/** Typed arrays are searched for to this depth, and in this many values per level. */
const DEEP = 4
const WIDE = 200

/**
 * A message for Node-RED to clone, as it does for each Catch node. It clones typed arrays number by number,
 * by their names: 36 MB of pixels hold up everything for half a minute. So the large ones become views that
 * it passes on uncloned. The message itself stays as it is.
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
 * The result of Node-RED's clone, with large typed arrays copied as a whole.
 *
 * @param clone Node-RED's
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

/** A copy with something replaced; null: nothing was. */
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

/** Buffers are cloned as a whole. */
function isSlow(value: ArrayBufferView): boolean {
  return !Buffer.isBuffer(value) && (value as Uint8Array).length > MANY
}

/** The same numbers, called something that cannot be cloned. */
function uncloned(numbers: Uint8Array): Uint8Array {
  return Object.defineProperty(numbers.subarray(), Symbol.toStringTag, { value: 'Shared', configurable: true })
}
