/**
 * Positions that some models write in their text, as tokens that divide the picture's width or height into
 * equal steps. A box has four of them.
 */
export interface PlacesSpec {
  /** The token of position 0, and the number of such tokens. */
  first: number
  count: number
  /** The name of the resulting list of boxes. */
  to: string
}

/** Words and the boxes that follow them, as token ids. */
export interface Placed {
  words: number[]
  /** Left, top, right, bottom, 0 to 1. */
  boxes: [number, number, number, number][]
}

/** Splits the tokens wherever words follow positions. Incomplete groups of positions are discarded. */
export function placedWords(tokens: readonly number[], { first, count }: PlacesSpec): Placed[] {
  const parts: (Placed & { places: number[] })[] = []
  for (const token of tokens) {
    const place = token - first
    const isPlace = place >= 0 && place < count
    let part = parts.at(-1)
    if (!part || (!isPlace && part.places.length > 0)) {
      part = { words: [], boxes: [], places: [] }
      parts.push(part)
    }
    if (isPlace) part.places.push((place + 0.5) / count)
    else part.words.push(token)
  }
  return parts.map(({ words, places }) => ({ words, boxes: boxesOf(places) }))
}

function boxesOf(places: readonly number[]): Placed['boxes'] {
  return Array.from({ length: Math.floor(places.length / 4) }, (_, i) => {
    const [x0, y0, x1, y1] = places.slice(i * 4, i * 4 + 4) as [number, number, number, number]
    return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]
  })
}
