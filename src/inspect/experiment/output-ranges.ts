import type { PictureChoice } from '../choice'

/** The range that contains nearly all numbers; null if none fits better than the proposal. */
export function rangeFrom(
  numbers: ArrayLike<number>,
  { channels, range }: PictureChoice,
  isMask: boolean,
): PictureChoice['range'] | null {
  const step = Math.max(1, Math.floor(numbers.length / 20_000))
  const some = Array.from({ length: Math.floor(numbers.length / step) }, (_, i) => numbers[i * step] as number).sort(
    (a, b) => a - b,
  )
  const [least, most] = [some[Math.floor(some.length * 0.03)] ?? 0, some[Math.floor(some.length * 0.97)] ?? 0]
  if (!Number.isFinite(least) || !Number.isFinite(most)) return null
  if (channels === 1 && isMask) return least < -0.6 || most > 1.6 ? 'logits' : '0..1'
  // Values this far below 0 aren't a brightness.
  if (channels === 1 && least < -1.6) return 'logits'
  if (most > 6) return most < 2000 && least > -400 ? '0..255' : 'stretch'
  if (channels === 1 && most > 1.6) return 'stretch'
  if (least < -0.35) return '-1..1'
  return range === '-1..1' || range === '0..255' || range === 'logits' ? '0..1' : null
}
