/** The numbers of a picture (bytes or floats) or of a label map (bytes or 16-bit ids). */
export type Numbers = Uint8Array | Uint16Array | Float32Array

/**
 * Views a typed array as ours. Arrays from a Function node belong to another realm, so `instanceof` fails for
 * them. Buffers and clamped arrays count as `Uint8Array`. Null for other values.
 */
export function asBytes(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value
  const name = typedArrayName(value)
  return name === 'Uint8Array' || name === 'Uint8ClampedArray' ? view(value as ArrayBufferView, Uint8Array) : null
}

/**
 * The bytes of an object that holds nothing but bytes: a Buffer, an ArrayBuffer (shared or not) or a
 * DataView. Null for other values, including typed arrays of larger numbers.
 */
export function asRawBytes(value: unknown): Uint8Array | null {
  const bytes = asBytes(value)
  if (bytes) return bytes
  const name = Object.prototype.toString.call(value)
  if (name === '[object ArrayBuffer]' || name === '[object SharedArrayBuffer]')
    return new Uint8Array(value as ArrayBuffer)
  return name === '[object DataView]' ? view(value as ArrayBufferView, Uint8Array) : null
}

/** The value as 16-bit ids; null if it is anything else. */
export function asUint16(value: unknown): Uint16Array | null {
  if (value instanceof Uint16Array) return value
  return typedArrayName(value) === 'Uint16Array' ? view(value as ArrayBufferView, Uint16Array) : null
}

/** The value as 32-bit floats; null if it is anything else. */
export function asFloats(value: unknown): Float32Array | null {
  if (value instanceof Float32Array) return value
  return typedArrayName(value) === 'Float32Array' ? view(value as ArrayBufferView, Float32Array) : null
}

/** Whether a value is a typed array of numbers (not bigints). */
export function isNumberArray(value: unknown): value is ArrayLike<number> & Iterable<number> {
  return /^(Uint8|Uint8Clamped|Int8|Uint16|Int16|Uint32|Int32|Float16|Float32|Float64)Array$/.test(
    typedArrayName(value) ?? '',
  )
}

/**
 * The class name of a typed array, such as `Uint16Array`, even from another realm or a subclass; null for
 * other values.
 */
export function typedArrayName(value: unknown): string | null {
  return (nameOf?.call(value) as string | undefined) ?? null
}

const nameOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get

interface ViewConstructor<T> {
  new (buffer: ArrayBuffer, offset: number, length: number): T
  readonly BYTES_PER_ELEMENT: number
}

function view<T>(source: ArrayBufferView, View: ViewConstructor<T>): T {
  const length = source.byteLength / View.BYTES_PER_ELEMENT
  return new View(source.buffer as ArrayBuffer, source.byteOffset, length)
}
