import type { Schema } from './schema'

/** A mistake, and the path to the value that contains it. */
export interface Mistake {
  at: readonly (string | number)[]
  /** The end of a sentence. A question includes its question mark. */
  what: string
}

/**
 * The mistakes in a value according to a schema; empty if there are none.
 *
 * @param name the schema in `$defs` to check against
 */
export function mistakesAgainst(value: unknown, schema: Schema, name: string): Mistake[] {
  const found: Mistake[] = []
  look(value, { $ref: `#/$defs/${name}` }, [], { schema, report: (at, what) => found.push({ at, what }) })
  return found
}

type Path = readonly (string | number)[]
interface Walk {
  schema: Schema
  report(at: Path, what: string): void
}

function look(value: unknown, given: Schema, at: Path, walk: Walk): void {
  const { report } = walk
  const schema = follow(given, walk)
  for (const { if: condition, then } of schema.allOf ?? [])
    if (isRight(value, condition, walk)) look(value, then, at, walk)
  if (schema.oneOf) lookAtChoices(value, schema.oneOf, at, walk)
  else if (schema.const !== undefined && value !== schema.const)
    report(at, `${show(value)} must be ${show(schema.const)}`)
  else if (schema.enum && !schema.enum.includes(value))
    report(at, `${show(value)} must be ${listed(schema.enum.map(show))}${didYouMean(value, schema.enum)}`)
  else if (!isOfType(value, schema) || !isWithin(value, schema)) report(at, `${show(value)} must be ${wordFor(schema)}`)
  else if (Array.isArray(value)) lookAtList(value, schema, at, walk)
  else if (isRecord(value)) lookAtFields(value, schema, at, walk)
}

/** Whether a value is valid. */
function isRight(value: unknown, schema: Schema, { schema: whole }: Walk): boolean {
  let isWrong = false
  look(value, schema, [], {
    schema: whole,
    report() {
      isWrong = true
    },
  })
  return !isWrong
}

/** Properties whose value identifies a choice. */
const NAMING = ['type', 'kind', 'fit'] as const
const nameOf = ({ properties }: Schema) => NAMING.find((key) => properties?.[key]?.const !== undefined)

/** A choice is recognised by its JSON type, its required properties, and its value for `type` or similar. */
function lookAtChoices(value: unknown, choices: Schema[], at: Path, walk: Walk): void {
  const { report } = walk
  const schemas = choices
    .flatMap((choice) => follow(choice, walk).oneOf ?? [choice])
    .map((choice) => follow(choice, walk))
  // A reference to a setting has no JSON type.
  const plain = schemas.filter(({ properties }) => !properties?.$config && !properties?.$list)
  const fitting = schemas.find((schema) => isMeant(value, schema)) ?? (plain.length === 1 ? plain[0] : undefined)
  const naming = schemas.map(nameOf).find(Boolean)
  const names = naming ? schemas.flatMap(({ properties }) => properties?.[naming]?.const ?? []) : []
  if (fitting) look(value, fitting, at, walk)
  else if (!isRecord(value) || !naming) report(at, `${show(value)} must be ${listed([...new Set(plain.map(wordFor))])}`)
  else if (!(naming in value)) report(at, `"${naming}" is missing`)
  else report([...at, naming], `there is no ${naming} ${show(value[naming])}${didYouMean(value[naming], names)}`)
}

function isMeant(value: unknown, schema: Schema): boolean {
  const { enum: words, required = [], properties = {} } = schema
  if (words) return words.includes(value)
  if (!isOfType(value, schema)) return false
  if (!isRecord(value)) return true
  const naming = NAMING.find((key) => properties[key]?.const !== undefined)
  return naming === undefined ? required.every((key) => key in value) : properties[naming]?.const === value[naming]
}

function lookAtList(value: unknown[], schema: Schema, at: Path, walk: Walk): void {
  const { report } = walk
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems } = schema
  if (value.length < minItems || value.length > maxItems)
    report(at, `the list must have ${entriesFor(minItems, maxItems)} (got ${value.length})`)
  const isRepeated = uniqueItems && value.some((item, i) => value.indexOf(item) !== i)
  if (isRepeated) report(at, 'the entries of the list must differ')
  for (const [i, item] of value.entries()) if (items) look(item, items, [...at, i], walk)
}

function entriesFor(least: number, most: number): string {
  const count =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`
  return `${count} ${most === 1 || (least === 1 && most === Number.POSITIVE_INFINITY) ? 'entry' : 'entries'}`
}

function lookAtFields(value: Record<string, unknown>, schema: Schema, at: Path, walk: Walk): void {
  const { report } = walk
  const { properties = {}, required = [], additionalProperties: others, minProperties = 0 } = schema
  if (Object.keys(value).length < minProperties) report(at, 'the object must not be empty')
  for (const key of required) if (value[key] === undefined) report(at, `"${key}" is missing`)
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue
    const known = Object.hasOwn(properties, key) ? properties[key] : others
    if (known) look(inner, known, [...at, key], walk)
    else if (known === false) report(at, `there is no "${key}" here${didYouMean(key, Object.keys(properties))}`)
  }
}

function follow(given: Schema, walk: Walk): Schema {
  const name = given.$ref?.split('/').at(-1)
  return name === undefined ? given : follow(walk.schema.$defs?.[name] ?? {}, walk)
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** Whether a value has the JSON type. Whether a number is an integer is checked with its bounds. */
function isOfType(value: unknown, { type }: Schema): boolean {
  return type === undefined || kindOf(value) === (type === 'integer' ? 'number' : type)
}

function isWithin(value: unknown, { type, minLength = 0, pattern, ...bounds }: Schema): boolean {
  if (typeof value === 'string') return value.length >= minLength && new RegExp(pattern ?? '', 'u').test(value)
  if (typeof value !== 'number') return true
  if (!Number.isFinite(value) || (type === 'integer' && !Number.isInteger(value)) || value === bounds.not?.const)
    return false
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = bounds
  return value >= minimum && value > exclusiveMinimum && value <= maximum
}

function wordFor({ type, minimum, exclusiveMinimum, maximum, minLength, examples, not }: Schema): string {
  const words: Record<string, string> = {
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    null: 'null',
  }
  const bounds = [
    minimum !== undefined && ` from ${minimum}`,
    exclusiveMinimum !== undefined && ` above ${exclusiveMinimum}`,
    maximum !== undefined && ` to ${maximum}`,
    minLength !== undefined && " that isn't empty",
    examples && `, such as “${examples[0]}”`,
    not && ` other than ${not.const}`,
  ]
  return `${words[type ?? ''] ?? 'something else'}${bounds.filter(Boolean).join('')}`
}

function show(value: unknown): string {
  if (typeof value === 'string') return `“${value.slice(0, 40)}”`
  if (isRecord(value)) return 'an object'
  return Array.isArray(value) ? 'a list' : String(value)
}

const listed = (words: string[]) => words.join(', ').replace(/, ([^,]*)$/, ' or $1')

/** The most similar word, as a question; empty if none is similar. */
function didYouMean(value: unknown, words: readonly unknown[]): string {
  if (typeof value !== 'string') return ''
  const near = words
    .filter((word) => typeof word === 'string')
    .map((word) => ({ word, steps: steps(value.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps)[0]
  return near && near.steps <= Math.max(1, Math.floor(near.word.length / 3)) ? `. Did you mean “${near.word}”?` : ''
}

/**
 * The edit distance between two words: how many letters must be added, removed, replaced or swapped with the
 * next one.
 */
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
