import { findConverter } from './converters'
import { phrase } from './finding'
import { judgeTypes } from './judge'
import type { Judgement } from './judgement'
import type { PortType } from './port-type'

/**
 * Judges whether what an output sends fits what an input needs. Values are judged by the same rules when they arrive.
 *
 * @param from what is sent; `any` means unknown
 * @param to what is needed; `any` takes everything
 *
 * @example
 * const { verdict, message } = checkWire({ type: 'text' }, { type: 'image' })
 * verdict // 'mismatch'
 * `“My node” ${message}.` // “My node” gives text, but an image is needed.
 */
export function checkWire(from: PortType, to: PortType): Judgement {
  const finding = judgeTypes(from, to)
  const converter = finding.verdict === 'mismatch' ? findConverter(from, to) : null
  return { verdict: converter ? 'convertible' : finding.verdict, message: `gives ${phrase(finding)}`, converter }
}
