/** This many words in a row occur only once in a thing. */
const WORDS = 4

/**
 * A caption without repetition: a small model that sees something unfamiliar goes round in circles. A thing that was
 * already named is left out, and a thing whose words begin to repeat ends there. A caption without repeats stays
 * unchanged.
 */
export function withoutRepeats(caption: string): string {
  const things = caption.split(/,\s*|\s+and\s+/)
  const said = [...new Set(things.map(untilRepeat).filter((thing) => !/^(an?|the|)$/.test(thing)))]
  if (said.length === things.length && said.every((thing, i) => thing === things[i])) return caption
  if (said.length === 0) return untilRepeat(caption)
  return said.length < 2 ? said.join('') : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`
}

/** Up to the first word that follows itself, or the first sequence of words that occurred before. */
function untilRepeat(thing: string): string {
  const words = thing.trim().split(/\s+/)
  const rows = new Set<string>()
  for (let i = 0; i < words.length; i++) {
    if (i > 0 && words[i] === words[i - 1]) return words.slice(0, i).join(' ')
    if (i + 1 < WORDS) continue
    const row = words.slice(i + 1 - WORDS, i + 1).join(' ')
    if (rows.has(row)) return words.slice(0, i + 1 - WORDS).join(' ')
    rows.add(row)
  }
  return thing.trim()
}
