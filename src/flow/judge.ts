import {
  type Converter,
  checkWire,
  describeType,
  isProblem,
  type Judgement,
  type PortType,
  readFromText,
  severity,
  type Verdict,
} from '../types'
import type { Alternative } from './alternatives'
import type { Want } from './behaviour'
import { type Message, property, read } from './message'

/** The finding about one property on a wire. sentences.ts makes a sentence from it when needed. */
export interface WireFinding {
  verdict: Verdict
  property: string
  given: PortType | null
  wanted: PortType | null
  /** The text from `checkWire`, such as "gives text, but an image is needed". Empty if it wasn't called. */
  words: string
  converter: Converter | null
  /** The id of the node that made the value; empty if it is unknown. */
  origin: string
  /** A word that the receiver compares with and that can never arrive. */
  unsaid?: string
}

/**
 * Judges the messages on a wire against its receiver's needs. Returns at least one finding, worst first.
 * @param wants null if the receiver's needs are unknown
 * @param sourceOf the source of the text that a node outputs, by its id
 */
export function judgeWire(
  message: Message,
  wants: readonly Want[] | null,
  sourceOf: (origin: string) => TextSource,
): WireFinding[] {
  if (wants === null || wants.length === 0) return [judgeUntyped(message, wants !== null)]
  const findings: WireFinding[] = []
  for (const want of wants) {
    const finding = judgeProperty(message, want, sourceOf)
    if (finding) findings.push(finding)
  }
  if (findings.length === 0) findings.push(judgeUntyped(message, true))
  return findings.length === 1 ? findings : findings.sort((a, b) => severity[b.verdict] - severity[a.verdict])
}

/** If the receiver needs nothing in particular, the wire fits as soon as its contents are known. */
function judgeUntyped(message: Message, takesAnything: boolean): WireFinding {
  const payload = property(message, 'payload')
  const isKnown = payload.length > 0 && payload.every(({ kind }) => kind === 'typed' || kind === 'absent')
  const given = isKnown ? (payload.find(({ type }) => type)?.type ?? null) : null
  const verdict = takesAnything && isKnown ? 'match' : 'unknown'
  return plainFinding(verdict, 'payload', given, null, payload[0]?.origin ?? '')
}

function plainFinding(
  verdict: Verdict,
  property: string,
  given: PortType | null,
  wanted: PortType | null,
  origin: string,
): WireFinding {
  return { verdict, property, given, wanted, words: '', converter: null, origin }
}

/** Null for an optional input about which nothing is known. */
function judgeProperty(message: Message, want: Want, sourceOf: (origin: string) => TextSource): WireFinding | null {
  const alternatives = want.path ? read(message, want.path) : []
  const [only] = alternatives
  if (only && alternatives.length === 1) {
    if (!only.type && !want.required) return null
    const finding = judgeAlternative(only, want, sourceOf)
    return finding?.verdict === 'unknown' && !want.required ? null : finding
  }
  const judged = (filtered: boolean) =>
    alternatives.flatMap((one) => (one.filtered === filtered ? (judgeAlternative(one, want, sourceOf) ?? []) : []))
  const certain = worstOf(judged(false))
  const possible = judged(true)
  // A switch may route each kind of message elsewhere, so it is only an error if no kind fits
  const isOpen = !isWrong(certain) && possible.some(isWrong) && (certain || !possible.every(isWrong))
  const worst = isWrong(certain) ? certain : worstOf(certain ? [certain, ...possible] : possible)
  if (worst && worst.verdict !== 'unknown' && !isOpen) return worst
  return want.required || isOpen ? plainFinding('unknown', want.property, null, want.types[0] ?? null, '') : null
}

function judgeAlternative(one: Alternative, want: Want, sourceOf: (origin: string) => TextSource): WireFinding | null {
  const { property, types, required } = want
  const { origin } = one
  const [first = null] = types
  if (one.kind === 'absent') return required ? plainFinding('mismatch', property, null, first, origin) : null
  if (!one.type) return plainFinding('unknown', property, null, first, origin)
  const given = one.type
  if (want.judges === 'pictures' && !isPictureOrSound(given))
    return plainFinding('match', property, given, null, origin)
  let best: WireFinding | null = null
  for (const wanted of heldAgainst(want, given)) {
    const { verdict, message: words, converter: found } = checked(given, wanted)
    if (best && verdict === 'convertible') continue // a converter is only proposed for the first accepted type
    if (best && severity[best.verdict] <= severity[verdict]) continue
    const converter = found && convertingAt(property, found)
    best = { verdict, property, given, wanted, words, converter, origin }
  }
  if (!best || !holdsText(given)) return best
  const source = sourceOf(origin)
  // Text made by a node may have several lines.
  const isPath = best.wanted?.type === 'file' || best.wanted?.type === 'directory'
  if (isPath && source === 'makes') return plainFinding('unknown', property, given, first, origin)
  if (!isWrong(best)) return best
  const readable = source === 'outside' && given.type === 'text' && types.find((wanted) => readFromText(wanted))
  if (readable) {
    const words = `gives ${describeType(given)}, which ${readFromText(readable)}`
    return { verdict: 'adapts', property, given, wanted: readable, words, converter: null, origin }
  }
  const mayHold = source !== null && types.some(mayBeText)
  return mayHold ? plainFinding('unknown', property, given, first, origin) : best
}

/**
 * If a node accepts both, sounds are only checked against its sound types, and pictures against its picture
 * types.
 */
function heldAgainst({ types, judges }: Want, given: PortType): readonly PortType[] {
  const own = judges ? types.filter(({ type }) => type === given.type) : []
  return own.length > 0 ? own : types
}

function isPictureOrSound({ type }: PortType): boolean {
  return type === 'image' || type === 'segmentation' || type === 'audio'
}

/** Whether a type contains text whose content isn't known. */
function holdsText(given: PortType): boolean {
  if (given.type === 'array') return holdsText(given.itemType)
  if (given.type === 'record') return Object.values(given.fields).some(holdsText)
  return given.type === 'text'
}

/** A single value counts as a list of one. */
function mayBeText(wanted: PortType): boolean {
  if (wanted.type === 'array') return mayBeText(wanted.itemType)
  if (wanted.type === 'record') return Object.values(wanted.fields).some(mayBeText)
  return HELD_IN_TEXTS.has(wanted.type) || readFromText(wanted) !== null
}

/**
 * The source of a node's unpredictable text: `outside` (written by people or devices) or `makes` (made by the
 * node from other data). Null for other nodes.
 */
export type TextSource = 'outside' | 'makes' | null

/** A converter node works on `payload` unless its setting `property` is set. */
function convertingAt(property: string, converter: Converter): Converter {
  return property === 'payload' ? converter : { ...converter, config: { ...converter.config, property } }
}

/** Text from outside may be a path, a data URI or base64. */
const HELD_IN_TEXTS: ReadonlySet<PortType['type']> = new Set(['image', 'segmentation', 'audio', 'file', 'directory'])

function worstOf(findings: readonly WireFinding[]): WireFinding | undefined {
  const [first, ...others] = findings
  return others.reduce((worst, one) => (worst && severity[one.verdict] > severity[worst.verdict] ? one : worst), first)
}

function isWrong(finding: WireFinding | undefined): boolean {
  return finding !== undefined && isProblem(finding)
}

const judgements = new WeakMap<PortType, WeakMap<PortType, Judgement>>()

/**
 * Cached results of `checkWire`, because the same few types occur on thousands of wires. A declared type that
 * `checkWire` can't read is unknown.
 */
function checked(from: PortType, to: PortType): Judgement {
  const known = judgements.get(from) ?? new WeakMap<PortType, Judgement>()
  judgements.set(from, known)
  let judgement = known.get(to)
  if (!judgement) {
    try {
      judgement = checkWire(from, to)
    } catch {
      judgement = { verdict: 'unknown', message: '', converter: null }
    }
    known.set(to, judgement)
  }
  return judgement
}
