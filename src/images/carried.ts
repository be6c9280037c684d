/** Value → the XMP packet to write into its file, which records how the value was made. */
const packets = new WeakMap<object, string>()

/**
 * Attaches an XMP packet to a value, to be written into the file when the value is encoded.
 *
 * @param value a new image or label map; other values with the same pixels don't get the packet
 */
export function carry<T extends object>(value: T, xmp: string | undefined): T {
  if (xmp) packets.set(value, xmp)
  return value
}

/** The packet attached to a value. */
export function carriedBy(value: object): string | undefined {
  return packets.get(value)
}
