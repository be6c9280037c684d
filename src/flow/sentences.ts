import { describeType, isProblem, type PortType } from '../types'
import type { WireFinding } from './judge'

/** The names of nodes that a sentence about a wire mentions. */
export interface Parties {
  /** The node at the start of the wire. */
  source: string
  /** The node that made the value, if it is another one. */
  origin: string | null
  target: string
  /** The subflow instance with the problem, if it doesn't concern all instances. */
  instance: string | null
}

/** Cached, because the same few types occur on thousands of wires. */
const words = new WeakMap<PortType, string>()

function inWords(type: PortType): string {
  const known = words.get(type) ?? describeType(type)
  words.set(type, known)
  return known
}

/** What is wrong, or how the value is adapted, in plain words; empty if there is nothing to say. */
export function sentence(finding: WireFinding, parties: Parties): string {
  const { verdict, given, words } = finding
  const giver = quote(parties.origin ?? parties.source)
  if (verdict === 'adapts') return words ? `${giver} ${words}.` : ''
  if (!isProblem(finding)) return ''
  if (finding.unsaid !== undefined) return unsaid(finding, parties, giver)
  const inside = parties.instance === null ? '' : `In ${quote(parties.instance)}, `
  return inside + (given ? misfit(finding, parties, giver) : missing(finding, parties, giver))
}

function misfit({ given, wanted, words, property, converter }: WireFinding, parties: Parties, giver: string): string {
  const needs = `${quote(parties.target)} needs ${inWords(wanted ?? ANY)}${inProperty(property)}`
  const route = parties.origin === null ? '' : ` (by way of ${quote(parties.source)})`
  const plain = `gives ${inWords(given ?? ANY)}, but ${inWords(wanted ?? ANY)} is needed`
  const gives = words === plain || words === '' ? `gives ${inWords(given ?? ANY)}` : words.replace(', but ', ' where ')
  const remedy = converter
    ? `Insert a converter in between: ${lowerFirst(converter.label)}.`
    : `Put a node in between that outputs ${inWords(wanted ?? ANY)}.`
  return `${needs}, but ${giver} ${gives}${route}. ${remedy}`
}

function unsaid({ given, property, unsaid = '' }: WireFinding, { target }: Parties, giver: string): string {
  const words = given?.type === 'category' ? (given.oneOf ?? []) : []
  const named = words.slice(0, MAX_WORDS).map(quote).join(', ') + (words.length > MAX_WORDS ? ', …' : '')
  return `${giver} never gives ${quote(unsaid)}, which ${quote(target)} looks for in ${messageProperty(property)}. It gives ${named}.`
}

/** Longer sentences aren't readable. */
const MAX_WORDS = 8

function missing({ wanted, property }: WireFinding, parties: Parties, giver: string): string {
  const name = messageProperty(property)
  const needs = `${quote(parties.target)} needs ${inWords(wanted ?? ANY)} in ${name}`
  return `${needs}, but nothing on the way from ${giver} sets ${name}. Set it there, or in a change node in between.`
}

const ANY = { type: 'any' } as const

/** A name in quotation marks, on one line and shortened. */
function quote(name: string): string {
  return `“${shorten(name, 40)}”`
}

/** The payload is the default property, so it isn't mentioned. */
function inProperty(name: string): string {
  return name === 'payload' ? '' : ` in ${messageProperty(name)}`
}

function messageProperty(name: string): string {
  return `msg.${shorten(name, 60)}`
}

function shorten(text: string, length: number): string {
  if (text.length <= length && PLAIN.test(text)) return text
  const line = text
    .slice(0, 1000)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  const letters = [...line]
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : line
}

const PLAIN = /^[!-~]+(?: [!-~]+)*$/

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
