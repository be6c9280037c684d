import { open, readFile } from 'node:fs/promises'

/** The first frame begins within this many bytes. */
const START = 65_536
/** The size of the header before the palette, in bytes. */
const HEADER = 13
const TRAILER = 0x3b
const EXTENSION = 0x21
const CONTROL = 0xf9
const FRAME = 0x2c
/** Disposal methods of frames: what is left of them is what they show, nothing, or what was there before. */
const KEPT = 1
const ERASED = 2
const UNDONE = 3
/** The flag for a frame with a transparent colour. */
const IS_TRANSPARENT = 1

/** A GIF as the decoder needs it. */
export interface Uncovered {
  input: Uint8Array | string
  /** The index in `input` of a frame of the given GIF. */
  at(frame: number): number
}

interface Area {
  left: number
  top: number
  right: number
  bottom: number
}

/**
 * Makes what no frame of a GIF covers, or what an erased frame leaves, transparent, as browsers show it. The
 * decoder makes the former black unless some frame has transparent pixels, so another frame with one is added
 * after the last. It paints the latter unless the erased frame has a transparent colour, so another frame
 * with one, which shows nothing, is put after it and erased instead. It also keeps a first frame that is to
 * be undone.
 * @param input a GIF, or its path
 * @param frames how many are looked at, from the first
 */
export async function withUncovered(input: Uint8Array | string, frames = Number.POSITIVE_INFINITY): Promise<Uncovered> {
  const asGiven = { input, at: (frame: number) => frame }
  if (typeof input === 'string' && frames === 1 && !walk(await startOf(input), 1).isUncovered) return asGiven
  const bytes = typeof input === 'string' ? await readFile(input) : input
  const { isUncovered, erased } = walk(bytes, frames)
  if (bytes.at(-1) !== TRAILER || !isUncovered) return asGiven
  const parts: Uint8Array[] = []
  let from = 0
  for (const { control, end, shown, isOpaque } of erased) {
    const before = Uint8Array.from(bytes.subarray(from, end))
    setDisposal(before, control - from, isOpaque ? KEPT : ERASED)
    parts.push(before, ...(isOpaque ? [emptyFrame(shown)] : []))
    from = end
  }
  const rest = bytes.subarray(from, -1)
  const opaque = erased.filter(({ isOpaque }) => isOpaque).map(({ index }) => index)
  return {
    input: Buffer.concat([...parts, rest, emptyFrame({ left: 0, top: 0, right: 1, bottom: 1 }), Buffer.of(TRAILER)]),
    at: (frame) => frame + opaque.filter((index) => index < frame).length,
  }
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

interface Erased extends Frame {
  index: number
  /** Whether it has no transparent colour. */
  isOpaque: boolean
}

/** Whether any part of the canvas is empty while a frame is shown, and the frames that are erased. */
function walk(bytes: Uint8Array, most: number): { isUncovered: boolean; erased: Erased[] } {
  const found = { isUncovered: false, erased: [] as Erased[] }
  if (bytes.length < HEADER) return found
  // The canvas is empty before the first frame.
  let empty: Area | null = { left: 0, top: 0, right: number(bytes, 6), bottom: number(bytes, 8) }
  let index = 0
  for (const frame of framesIn(bytes)) {
    if (index === most) break
    if (empty && !contains(frame.shown, empty)) found.isUncovered = true
    const flags = frame.control > 0 ? (bytes[frame.control + 3] as number) : 0
    const disposal = (flags >> 2) & 7
    const isErased = disposal === ERASED || (disposal === UNDONE && index === 0)
    empty = isErased ? frame.shown : null
    if (isErased) found.erased.push({ ...frame, index, isOpaque: !(flags & IS_TRANSPARENT) })
    index++
  }
  return found
}

interface Frame {
  shown: Area
  /** The position of its control block; 0 if it has none. */
  control: number
  /** The position after it. */
  end: number
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
      at = behindBlocks(bytes, at + 11 + paletteSize(bytes[at + 9] as number))
      yield { shown, control, end: at }
      control = 0
    } else return
  }
}

function number(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
}

function setDisposal(bytes: Uint8Array, control: number, disposal: number): void {
  bytes[control + 3] = ((bytes[control + 3] as number) & ~0b11100) | (disposal << 2)
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

const BITS = 2
const CLEAR = 2 ** BITS
const MOST_BITS = 12

/** A frame of transparent pixels that is erased after it has been shown. */
function emptyFrame({ left, top, right, bottom }: Area): Buffer {
  const head = Buffer.from([EXTENSION, CONTROL, 4, (ERASED << 2) | IS_TRANSPARENT, 0, 0, 0, 0, FRAME])
  const area = Buffer.from(Uint16Array.of(left, top, right - left, bottom - top).buffer)
  const data = zeros((right - left) * (bottom - top))
  const blocks = Array.from({ length: Math.ceil(data.length / 255) }, (_, i) => data.subarray(i * 255, (i + 1) * 255))
  const body = blocks.flatMap((block) => [Buffer.of(block.length), block])
  return Buffer.concat([head, area, Buffer.of(0, BITS), ...body, Buffer.of(0)])
}

/** Zeros in GIF's compression (LZW), where each new code stands for one more of them than the last. */
function zeros(count: number): Buffer {
  const bytes: number[] = []
  let [held, bitsHeld, width] = [0, 0, BITS + 1]
  const put = (code: number) => {
    held |= code << bitsHeld
    for (bitsHeld += width; bitsHeld >= 8; bitsHeld -= 8) {
      bytes.push(held & 255)
      held >>>= 8
    }
  }
  put(CLEAR)
  for (let [left, run] = [count, 1]; left > 0; ) {
    const length = Math.min(run, left)
    put(length === 1 ? 0 : CLEAR + length)
    left -= length
    run++
    if (CLEAR + run >= 2 ** width && width < MOST_BITS) width++
    if (CLEAR + run < 2 ** MOST_BITS - 1) continue
    put(CLEAR)
    ;[run, width] = [1, BITS + 1]
  }
  put(CLEAR + 1)
  if (bitsHeld > 0) bytes.push(held & 255)
  return Buffer.from(bytes)
}
