import { DECLARATIONS_SCHEMA, type Schema } from './declaration-schema'
import { isRecord } from './read'

/**
 * What is wrong with the declarations of some node types, a sentence each; empty where nothing is.
 *
 * @example
 * mistakesInDeclarations({ sharpen: { input: {} } })
 * // ['The declaration of “sharpen” is wrong: there is no "input" here. Did you mean “inputs”?']
 */
export function mistakesInDeclarations(nodes: unknown): string[] {
  if (!isRecord(nodes)) return ['The declarations must be an object: node type → the inputs and outputs of that type.']
  return Object.entries(nodes).flatMap(([type, declaration]) => mistakesIn(type, declaration))
}

/**
 * What is wrong with the declaration of a node type, a sentence each; empty where nothing is. The schema that is published
 * is what it is held against.
 *
 * @param declaration as it was found, whatever it is
 */
export function mistakesIn(type: string, declaration: unknown): string[] {
  const found: string[] = []
  look(declaration, { $ref: '#/$defs/node' }, [], (at, what) => {
    const place = at.length > 0 ? `, in ${at.join('.')}` : ''
    found.push(`The declaration of “${type}” is wrong${place}: ${what}${what.endsWith('?') ? '' : '.'}`)
  })
  return found
}

type Path = readonly (string | number)[]
type Report = (at: Path, what: string) => void

function look(value: unknown, given: Schema, at: Path, report: Report): void {
  const schema = follow(given)
  if (schema.oneOf) lookAtChoices(value, schema.oneOf, at, report)
  else if (schema.enum && !schema.enum.includes(value))
    report(at, `${show(value)} must be ${listed(schema.enum.map(show))}${didYouMean(value, schema.enum)}`)
  else if (schema.type !== undefined && schema.type !== kindOf(value))
    report(at, `${show(value)} must be ${wordFor(schema.type)}`)
  else if (Array.isArray(value)) lookAtList(value, schema, at, report)
  else if (isRecord(value)) lookAtFields(value, schema, at, report)
}

/** A choice is known by its kind, by the properties that it requires, and by what it says of `type`. */
function lookAtChoices(value: unknown, choices: Schema[], at: Path, report: Report): void {
  const schemas = choices.flatMap((choice) => follow(choice).oneOf ?? [choice]).map(follow)
  const plain = schemas.filter(({ properties }) => !properties?.$config)
  const fitting = schemas.find((schema) => isMeant(value, schema)) ?? (plain.length === 1 ? plain[0] : undefined)
  const names = schemas.flatMap(({ properties }) => properties?.type?.const ?? [])
  if (fitting) look(value, fitting, at, report)
  else if (!isRecord(value) || names.length === 0)
    report(at, `${show(value)} must be ${listed([...new Set(plain.map(({ type }) => wordFor(type)))])}`)
  else if (!('type' in value)) report(at, '"type" is missing')
  else report([...at, 'type'], `there is no type ${show(value.type)}${didYouMean(value.type, names)}`)
}

function isMeant(value: unknown, { type, enum: words, required = [], properties = {} }: Schema): boolean {
  if (words) return words.includes(value)
  if (type !== kindOf(value)) return false
  if (!isRecord(value)) return true
  const name = properties.type?.const
  return name === undefined ? required.every((key) => key in value) : name === value.type
}

function lookAtList(value: unknown[], schema: Schema, at: Path, report: Report): void {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
  if (value.length < minItems || value.length > maxItems)
    report(
      at,
      `the list must have ${minItems === maxItems ? minItems : `at least ${minItems}`} entries, and has ${value.length}`,
    )
  for (const [i, item] of value.entries()) if (items) look(item, items, [...at, i], report)
}

function lookAtFields(value: Record<string, unknown>, schema: Schema, at: Path, report: Report): void {
  const { properties = {}, required = [], additionalProperties: others } = schema
  for (const key of required) if (!(key in value)) report(at, `"${key}" is missing`)
  for (const [key, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : others
    if (known) look(inner, known, [...at, key], report)
    else if (known === false) report(at, `there is no "${key}" here${didYouMean(key, Object.keys(properties))}`)
  }
}

function follow(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : follow(DECLARATIONS_SCHEMA.$defs?.[name] ?? {})
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

function wordFor(type: string | undefined): string {
  const words: Record<string, string> = {
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    null: 'null',
  }
  return words[type ?? ''] ?? 'something else'
}

function show(value: unknown): string {
  if (typeof value === 'string') return `“${value.slice(0, 40)}”`
  if (isRecord(value)) return 'an object'
  return Array.isArray(value) ? 'a list' : String(value)
}

const listed = (words: string[]) => words.join(', ').replace(/, ([^,]*)$/, ' or $1')

/** The nearest of some words, as a question; nothing where none is near. */
function didYouMean(value: unknown, words: readonly unknown[]): string {
  if (typeof value !== 'string') return ''
  const near = words
    .filter((word) => typeof word === 'string')
    .map((word) => ({ word, steps: steps(value.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps)[0]
  return near && near.steps <= Math.max(1, Math.floor(near.word.length / 3)) ? `. Did you mean “${near.word}”?` : ''
}

/** How many letters must be added, taken away, changed or swapped with the next one to make one word of the other. */
function steps(from: string, to: string): number {
  const rows: number[][] = []
  const at = (i: number, j: number) => (i < 0 || j < 0 ? Number.POSITIVE_INFINITY : (rows[i]?.[j] ?? 0))
  for (let i = 0; i <= from.length; i++) {
    const row: number[] = []
    rows.push(row)
    for (let j = 0; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const ways = [
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + same,
        isSwapped ? at(i - 2, j - 2) + 1 : at(-1, 0),
      ]
      row.push(i === 0 && j === 0 ? 0 : Math.min(...ways))
    }
  }
  return at(from.length, to.length)
}
