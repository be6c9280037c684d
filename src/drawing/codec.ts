import { ValueError } from '../types'
import { blank, type Ids } from './drawing'

/** The maximum width and height of a drawing in pixels. */
export const MAX_SIDE_PIXELS = 1024

/**
 * A drawing as short text: `128x128 ` and base64 of steps. Each step is a number `2 * pixels + kind` (7 bits
 * a byte, the lowest first, the top bit set where more follow). Kind 0: this many pixels are those above them
 * (label 0 above the first row). Kind 1: this many pixels have the label whose id follows, as another such
 * number.
 */
export function encodeIds({ width, height, data }: Ids): string {
  const bytes: number[] = []
  const write = (number: number) => {
    let rest = number
    while (rest >= 128) {
      bytes.push((rest & 127) | 128)
      rest >>>= 7
    }
    bytes.push(rest)
  }
  for (let at = 0; at < data.length; ) {
    const above = runLength(data.length, at, (i) => data[i] === (i < width ? 0 : data[i - width]))
    const same = runLength(data.length, at, (i) => data[i] === data[at])
    if (above >= same) {
      write(2 * above)
    } else {
      write(2 * same + 1)
      write(data[at] as number)
    }
    at += Math.max(above, same)
  }
  return `${width}x${height} ${btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''))}`
}

function runLength(end: number, from: number, fits: (at: number) => boolean): number {
  let at = from
  while (at < end && fits(at)) at++
  return at - from
}

/**
 * Reads the output of `encodeIds`.
 *
 * @param labels the number of labels; larger ids are refused
 * @throws ValueError for any other text
 */
export function decodeIds(text: unknown, labels: number): Ids {
  const [, first, second, base64] =
    (typeof text === 'string' && /^(\d{1,5})x(\d{1,5}) ([\w+/]*={0,2})$/.exec(text)) || []
  if (base64 === undefined) throw damaged("it isn't a drawing")
  const [width, height] = [Number(first), Number(second)]
  if (width < 1 || height < 1 || width > MAX_SIDE_PIXELS || height > MAX_SIDE_PIXELS) {
    throw new ValueError(`a drawing cannot be ${width}×${height} pixels: 1 to ${MAX_SIDE_PIXELS} each way`)
  }
  const read = numbersOf(base64)
  const ids = blank(width, height)
  const { data } = ids
  let at = 0
  while (!read.atEnd()) {
    const step = read.next()
    const pixels = step >>> 1
    if (pixels < 1 || at + pixels > data.length) throw damaged('it contains more than its size allows')
    const end = at + pixels
    if (step % 2 === 0) {
      for (; at < end; at++) data[at] = at < width ? 0 : (data[at - width] as number)
    } else {
      const id = read.next()
      if (id >= Math.min(labels, 65536)) {
        throw new ValueError(`the drawing shows label number ${id + 1}, but the node names only ${labels}`)
      }
      data.fill(id, at, end)
      at = end
    }
  }
  if (at < data.length) throw damaged('its end is missing')
  return ids
}

function numbersOf(base64: string): { atEnd(): boolean; next(): number } {
  let bytes: string
  try {
    bytes = atob(base64)
  } catch {
    throw damaged("it isn't a drawing")
  }
  let at = 0
  return {
    atEnd: () => at >= bytes.length,
    next() {
      let number = 0
      for (let shift = 0; shift < 28; shift += 7) {
        if (at >= bytes.length) throw damaged('its end is missing')
        const byte = bytes.charCodeAt(at++)
        number |= (byte & 127) << shift
        if (byte < 128) return number
      }
      throw damaged("it isn't a drawing")
    },
  }
}

function damaged(how: string): ValueError {
  return new ValueError(`the drawing kept in this node cannot be read (${how}): open the node and draw again`, 'flow')
}
