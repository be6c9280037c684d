/** Values whose files say how they were made. */
const packets = new WeakMap<object, string>()

/**
 * Makes whatever encodes this value write an XMP packet into the file.
 *
 * @param value an image or a label map that nothing else refers to: others with the same pixels carry nothing
 */
export function carry<T extends object>(value: T, xmp: string | undefined): T {
  if (xmp) packets.set(value, xmp)
  return value
}

/** The packet that a value carries. */
export function carriedBy(value: object): string | undefined {
  return packets.get(value)
}
