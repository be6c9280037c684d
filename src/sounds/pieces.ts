import { Audio, ValueError } from '../types'

export interface Pieces {
  /** The length of each piece, above 0. */
  seconds: number
  /** The overlap with the previous piece in seconds, less than `seconds`. */
  overlap: number
}

/**
 * Cuts parts of any length into pieces of the same length. The rest at the end becomes a shorter piece,
 * unless the previous piece contains all of it.
 *
 * @throws ValueError if the overlap isn't shorter than a piece
 */
export async function* pieces(parts: AsyncIterable<Audio>, { seconds, overlap }: Pieces): AsyncGenerator<Audio> {
  if (!(seconds > 0)) throw new ValueError(`pieces must be longer than 0 seconds (got ${seconds})`)
  if (!(overlap >= 0 && overlap < seconds))
    throw new ValueError(`the overlap must be from 0 to less than the ${seconds} seconds of a piece (got ${overlap})`)
  let piece: Float32Array | null = null
  let [filled, repeated] = [0, 0]
  let last: Audio | null = null
  for await (const part of parts) {
    const { sampleRate, channels } = part
    if (last && (last.sampleRate !== sampleRate || last.channels !== channels))
      throw new ValueError("the sound's rate or channels change partway through")
    last = part
    const length = Math.max(1, Math.round(seconds * sampleRate)) * channels
    const kept = Math.min(length - channels, Math.round(overlap * sampleRate) * channels)
    for (let at = 0; at < part.data.length; ) {
      piece ??= new Float32Array(length)
      const taken = part.data.subarray(at, at + length - filled)
      piece.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled < length) break
      yield new Audio({ sampleRate, channels, data: piece })
      const next = new Float32Array(length)
      next.set(piece.subarray(length - kept))
      piece = next
      filled = repeated = kept
    }
  }
  if (piece && last && filled > repeated)
    yield new Audio({ sampleRate: last.sampleRate, channels: last.channels, data: piece.slice(0, filled) })
}
