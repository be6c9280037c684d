/** Text as a list, without what is empty: a thing in each line, or, if it is one line, between commas. */
export function textList(text: string): string[] {
  const line = text.trim()
  const parts = line.split(/[\r\n]/.test(line) ? /[\r\n]+/ : /[,，、]/)
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}
