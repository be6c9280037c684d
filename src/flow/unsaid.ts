import type { Ask } from './behaviour'
import type { WireFinding } from './judge'
import { type Message, read } from './message'

/**
 * Needs of a node that nothing can meet: the words that none of the messages can contain. Something else may arrive on
 * another wire, so all wires are checked together.
 *
 * @param arriving on each wire
 * @returns for each wire
 */
export function findUnsaid(asks: readonly Ask[], arriving: readonly Message[]): WireFinding[][] {
  const found: WireFinding[][] = arriving.map(() => [])
  for (const { property, path, word } of asks) {
    const findings = arriving.map((message) => unsaid(property, read(message, path), word))
    if (!findings.every((finding) => finding !== null)) continue
    findings.forEach((finding, i) => {
      found[i]?.push(finding)
    })
  }
  return found
}

function unsaid(property: string, alternatives: ReturnType<typeof read>, word: string): WireFinding | null {
  const [first] = alternatives
  const given = first?.type
  if (!first || given?.type !== 'category') return null
  const cannot = alternatives.every(
    ({ type }) => type?.type === 'category' && type.oneOf?.length && !type.oneOf.includes(word),
  )
  if (!cannot) return null
  const wanted = { type: 'category', oneOf: [word] } as const
  return {
    ...{ verdict: 'mismatch', property, given, wanted: { ...wanted, oneOf: [word] }, words: '', converter: null },
    ...{ origin: first.origin, unsaid: word },
  }
}
