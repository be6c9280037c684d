import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import type { Confidence, PictureChoice } from './choice'
import { boundsOf, uses } from './graph'
import { reason } from './reason'

/** Whether a network of any size makes pictures larger, by its steps. */
export function isEnlarging(file: OnnxFile): boolean {
  return uses(file, 'DepthToSpace') || /upscal|super.?res|esrgan|srgan|espcn|fsrcnn/i.test(file.graphName)
}

/** The range in which a picture comes out. */
export function rangeOf(
  { name, dtype }: TensorInfo,
  file: OnnxFile,
  from: PictureChoice | undefined,
): Pick<PictureChoice, 'range'> & { why: string; confidence: Confidence } {
  if (dtype === 'uint8') return { range: '0..255', why: reason`in bytes`, confidence: 'certain' }
  const bounds = boundsOf(file, name)
  if (bounds) {
    const why = reason`its last step (${bounds.by}) keeps the numbers between ${short(bounds.min)} and ${short(bounds.max)}`
    if (bounds.min < -0.4 && bounds.max <= 1.1) return { range: '-1..1', why, confidence: 'certain' }
    return { range: bounds.max > 2 ? '0..255' : '0..1', why, confidence: 'certain' }
  }
  const mirrored = from?.range === '0..1' || from?.range === '-1..1' || from?.range === '0..255' ? from.range : null
  if (mirrored) return { range: mirrored, why: reason`most likely in the same range as the input`, confidence: 'guess' }
  if (from) return { range: '0..1', why: reason`most likely from 0 to 1`, confidence: 'guess' }
  return {
    range: '-1..1',
    why: reason`networks that generate pictures usually output numbers from −1 to 1`,
    confidence: 'guess',
  }
}

const short = (value: number) => Number(value.toPrecision(3))
