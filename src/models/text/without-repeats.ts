/** A sequence of this many words may occur only once in an item of a caption. */
const WORDS = 4

/**
 * Removes repetitions from a caption, because a small model tends to repeat itself when it sees something
 * unfamiliar. An item that was already named is removed, and an item in which words repeat is cut off there.
 * A caption without repetitions is returned unchanged.
 */
export function withoutRepeats(caption: string): string {
  const things = caption.split(/,\s*|\s+and\s+/)
  const said = [...new Set(things.map(untilRepeat).filter((thing) => !/^(an?|the|)$/.test(thing)))]
  if (said.length === things.length && said.every((thing, i) => thing === things[i])) return caption
  if (said.length === 0) return untilRepeat(caption)
  return said.length < 2 ? said.join('') : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`
}

/**
 * The text before the first word that repeats its predecessor, or the first sequence of words that has
 * occurred before.
 */
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
