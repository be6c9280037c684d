import type { Ask } from './behaviour'
import type { WireFinding } from './judge'
import { type Message, read } from './message'

/**
 * The words that a node compares with and that no message can contain. All wires are checked together,
 * because a word may arrive on any of them.
 *
 * @param arriving the messages on each wire
 * @returns the findings for each wire
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
