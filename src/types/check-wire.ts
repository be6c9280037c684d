import { findConverter } from './converters'
import { phrase } from './finding'
import { judgeTypes } from './judge'
import type { Judgement } from './judgement'
import type { PortType } from './port-type'

/**
 * Judges whether the output of one node fits the input of another. Values are judged by the same rules when
 * they arrive.
 *
 * @param from the type that is sent; `any` if it is unknown
 * @param to the type that is needed; `any` accepts everything
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
