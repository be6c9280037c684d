/** Bytes as people read them. */
export function readableSize(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(Math.sign(bytes), Math.round(bytes / 1e3))} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
