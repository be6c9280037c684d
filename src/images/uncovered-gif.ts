import { open, readFile } from 'node:fs/promises'

/** The first frame begins within this many bytes. */
const START = 65_536
/** The size of the header before the palette, in bytes. */
const HEADER = 13
const TRAILER = 0x3b
const EXTENSION = 0x21
const CONTROL = 0xf9
const FRAME = 0x2c
/** The disposal method of frames that are erased after they have been shown. */
const ERASED = 2
/** The flag for a frame with a transparent colour. */
const IS_TRANSPARENT = 1
const LAST_COLOR = 255
/** A frame with a single, transparent pixel. */
const NOTHING = Buffer.from([0x21, 0xf9, 4, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0])

interface Area {
  left: number
  top: number
  right: number
  bottom: number
}

/**
 * Makes what no frame of a GIF covers, or what an erased frame leaves, transparent, as browsers show it. The
 * decoder makes the former black unless some frame has transparent pixels, so another frame with one is added
 * after the last. It paints the latter unless that frame has a transparent colour, so it gets one that none
 * of its pixels has. (A frame whose pixels may have all 256 colours is left as it is.)
 * @param input a GIF, or its path
 * @param frames how many are looked at, from the first
 * @returns its bytes with those changes; the input itself if its frames cover everything
 */
export async function withUncovered(
  input: Uint8Array | string,
  frames = Number.POSITIVE_INFINITY,
): Promise<Uint8Array | string> {
  if (typeof input === 'string' && frames === 1 && !walk(await startOf(input), 1).isUncovered) return input
  const bytes = typeof input === 'string' ? await readFile(input) : input
  const { isUncovered, opaque } = walk(bytes, frames)
  if (bytes.at(-1) !== TRAILER || !isUncovered) return input
  const changed = Buffer.concat([bytes.subarray(0, -1), NOTHING, Buffer.of(TRAILER)])
  for (const control of opaque) {
    changed[control + 3] = (changed[control + 3] as number) | IS_TRANSPARENT
    changed[control + 6] = LAST_COLOR
  }
  return changed
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/**
 * Whether any part of the canvas is empty while a frame is shown, and the positions of the control blocks of
 * erased frames that could get the last colour as their transparent colour.
 */
function walk(bytes: Uint8Array, most: number): { isUncovered: boolean; opaque: number[] } {
  const found = { isUncovered: false, opaque: [] as number[] }
  if (bytes.length < HEADER) return found
  // The canvas is empty before the first frame.
  let empty: Area | null = { left: 0, top: 0, right: number(bytes, 6), bottom: number(bytes, 8) }
  let count = 0
  for (const { shown, control, bits } of framesIn(bytes)) {
    if (count++ === most) break
    if (empty && !contains(shown, empty)) found.isUncovered = true
    const flags = control > 0 ? (bytes[control + 3] as number) : 0
    empty = ((flags >> 2) & 7) === ERASED ? shown : null
    if (empty && !(flags & IS_TRANSPARENT) && bits < 8) found.opaque.push(control)
  }
  return found
}

interface Frame {
  shown: Area
  /** The position of its control block; 0 if it has none. */
  control: number
  /** Of a colour. */
  bits: number
}

function* framesIn(bytes: Uint8Array): Generator<Frame> {
  let control = 0
  let at = HEADER + paletteSize(bytes[10] as number)
  while (at < bytes.length) {
    if (bytes[at] === EXTENSION) {
      if (bytes[at + 1] === CONTROL) control = at
      at = behindBlocks(bytes, at + 2)
    } else if (bytes[at] === FRAME && at + 9 < bytes.length) {
      const [left, top] = [number(bytes, at + 1), number(bytes, at + 3)]
      const shown = { left, top, right: left + number(bytes, at + 5), bottom: top + number(bytes, at + 7) }
      const bitsAt = at + 10 + paletteSize(bytes[at + 9] as number)
      yield { shown, control, bits: bytes[bitsAt] as number }
      control = 0
      at = behindBlocks(bytes, bitsAt + 1)
    } else return
  }
}

function number(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
}

function contains(outer: Area, inner: Area): boolean {
  const isWide = outer.left <= inner.left && outer.right >= inner.right
  return isWide && outer.top <= inner.top && outer.bottom >= inner.bottom
}

/** The size of a palette in bytes. @param flags of the canvas or of a frame */
function paletteSize(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** Each block begins with its length; an empty block is the last one. */
function behindBlocks(bytes: Uint8Array, at: number): number {
  let next = at
  while (bytes[next]) next += (bytes[next] as number) + 1
  return next + 1
}
