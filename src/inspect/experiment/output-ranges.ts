import type { OnnxFile } from '../../onnx/onnx-file'
import type { OutputChoice, PictureChoice, Proposal } from '../choice'
import { boundsOf } from '../graph'
import { type Alternative, withChanges } from './alternatives'
import { attempt, type Bench } from './attempt'
import type { Sample } from './samples'

/**
 * In which numbers pictures come out whose last steps do not say it: their own numbers do, for one sample. Adds to what an alternative
 * changes.
 */
export async function outputRanges(
  way: Alternative,
  proposal: Proposal,
  file: OnnxFile,
  sample: Sample,
  bench: Bench,
): Promise<Alternative> {
  const now = withChanges(proposal, way)
  const open = now.outputs.filter((output) => isOpen(output, file))
  if (open.length === 0) return way
  const asNumbers = Object.fromEntries(open.map(({ tensor }) => [tensor, { as: 'numbers' as const }]))
  const { raw } = await attempt(withChanges(now, { inputs: {}, outputs: asNumbers }), sample, bench)
  const outputs = { ...way.outputs }
  for (const { tensor, picture, why } of open) {
    const numbers = raw[tensor]?.data as ArrayLike<number> | undefined
    if (!numbers || !picture) continue
    const range = rangeFrom(numbers, picture, /mask/.test(why))
    if (range) outputs[tensor] = { ...outputs[tensor], picture: { ...picture, range } }
  }
  return { ...way, outputs }
}

function isOpen({ as, picture, confidence, tensor, dtype }: OutputChoice, file: OnnxFile): boolean {
  return (
    as === 'picture' &&
    picture !== undefined &&
    confidence === 'guess' &&
    dtype.startsWith('float') &&
    !boundsOf(file, tensor)
  )
}

/** The range of which hardly any number lies outside; null where none fits better than what was proposed. */
function rangeFrom(
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
  if (most > 6) return most < 2000 && least > -400 ? '0..255' : 'stretch'
  if (channels === 1 && (most > 1.6 || least < -1.6)) return 'stretch'
  if (least < -0.35) return '-1..1'
  return range === '-1..1' || range === '0..255' || range === 'logits' ? '0..1' : null
}
