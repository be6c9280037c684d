import { type Audio, Image, othersTurn } from '../types'

/** The colour of sounds on wires, which is visible on light and dark backgrounds. */
const COLOR = [0x98, 0x5a, 0x64, 255]
/** The number of samples examined before other work gets a turn. */
const AT_ONCE = 200_000

/**
 * Draws the waveform of a sound: each column of pixels shows the minimum and maximum of all channels in that
 * time. The full height is −1 to 1.
 */
export async function waveform(audio: Audio, width: number, height: number): Promise<Image> {
  const { frames, channels, data: samples } = audio
  const data = new Uint8Array(width * height * 4)
  const row = (sample: number) => Math.min(height - 1, Math.max(0, Math.round(((1 - sample) / 2) * (height - 1))))
  let looked = 0
  for (let x = 0; x < width; x++) {
    const first = Math.floor((x * frames) / width)
    const last = Math.max(first + 1, Math.floor(((x + 1) * frames) / width))
    let [low, high] = [1, -1]
    for (let i = first * channels; i < Math.min(last, frames) * channels; i++) {
      const sample = samples[i] as number
      if (sample < low) low = sample
      if (sample > high) high = sample
    }
    looked += (last - first) * channels
    if (looked >= AT_ONCE) {
      looked = 0
      await othersTurn()
    }
    for (let y = row(high); y <= row(low); y++) data.set(COLOR, (y * width + x) * 4)
  }
  return new Image({ width, height, channels: 4, data })
}
