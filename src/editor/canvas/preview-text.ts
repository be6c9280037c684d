/**
 * Breaks text into lines no wider than `width`, measured by `measure`; text that doesn't fit into `limit` lines ends in
 * an ellipsis. Line breaks in the text are kept; words too long for a line are cut.
 */
export function wrapText(text: string, width: number, limit: number, measure: (line: string) => number): string[] {
  const lines: string[] = []
  for (const paragraph of text.trim().slice(0, 1000).split(/\r?\n/)) {
    let line = ''
    for (const word of paragraph.split(/\s+/).filter(Boolean)) {
      const longer = line ? `${line} ${word}` : word
      if (measure(longer) <= width) {
        line = longer
        continue
      }
      if (line) lines.push(line)
      line = word
      while (measure(line) > width && line.length > 1) {
        const cut = fitting(line, width, measure)
        lines.push(line.slice(0, cut))
        line = line.slice(cut)
      }
    }
    lines.push(line)
    if (lines.length > limit) break
  }
  if (lines.length <= limit) return lines
  const last = lines[limit - 1] ?? ''
  const room = fitting(`${last}…`, width - measure('…'), measure)
  return [...lines.slice(0, limit - 1), `${last.slice(0, room).trimEnd()}…`]
}

/** How many characters of the line fit, at least one. */
function fitting(line: string, width: number, measure: (line: string) => number): number {
  let count = line.length
  while (count > 1 && measure(line.slice(0, count)) > width) count--
  return count
}
