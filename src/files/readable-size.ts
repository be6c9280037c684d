/** A number of bytes in readable form, with the decimal separator of a language. */
export function readableSize(bytes: number, language = 'en'): string {
  const shown = (value: number, digits: number) =>
    value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false })
  if (bytes < 1e6) return `${Math.max(Math.sign(bytes), Math.round(bytes / 1e3))} kB`
  return bytes < 1e9 ? `${shown(bytes / 1e6, bytes < 1e7 ? 1 : 0)} MB` : `${shown(bytes / 1e9, 1)} GB`
}
