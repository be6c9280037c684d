/**
 * Splits text into a list: one item per line or, if it is a single line, separated by commas. Empty items are
 * removed.
 */
export function textList(text: string): string[] {
  const line = text.trim()
  const parts = line.split(/[\r\n]/.test(line) ? /[\r\n]+/ : /[,，、]/)
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}
