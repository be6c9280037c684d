import { isNumeric, isTypeName, PARAMETERS, type Parameter, type PortType, textList } from '../types'
import { type Alternatives, absent, joinAlternatives, shared, typed, UNKNOWN } from './alternatives'
import type { Behaviour, RuleNode, Want } from './behaviour'
import type { InputDeclaration, NodeDeclaration, OutputDeclaration } from './declaration'
import { filterMessage, type Message, newMessage, parsePath, read, UNKNOWN_MESSAGE, writeAll } from './message'
import { readPorts } from './ports'
import { isRecord } from './read'

/**
 * The behaviour of a node with these settings, according to its declaration. An invalid declaration means
 * unknown behaviour.
 */
export function declaredBehaviour(declaration: NodeDeclaration, node: RuleNode): Behaviour {
  const { wants, passes, ports, names } = planFor(declaration, node.settings)
  const kept = list(declaration.keeps).map(parsePath)
  const send = (arriving: Message) => {
    const isKept = kept.some((path) => read(arriving, path).some(({ kind }) => kind !== 'absent'))
    const base =
      passes === true
        ? isKept
          ? filterMessage(arriving)
          : arriving
        : passes === false
          ? newMessage(node.id)
          : UNKNOWN_MESSAGE
    return ports.map((port) =>
      writeAll(
        base,
        port.map((step) => [step.path, valueFor(step, node.id, arriving)]),
      ),
    )
  }
  if (passes === true || ports.some((port) => port.some(looksAtMessage))) return { wants, names, send }
  let made: readonly Message[] | null = null
  return {
    wants,
    names,
    send(arriving) {
      made ??= send(arriving)
      return made
    },
  }
}

/** A declaration evaluated for certain settings. */
interface Plan {
  wants: readonly Want[]
  passes: boolean | undefined
  ports: readonly (readonly Step[])[]
  names: readonly Readonly<Record<string, string>>[]
}

/**
 * Sets a path to a type, to nothing (`absent`), to something unknown (null) or to the value that arrived
 * elsewhere (`from`). With `unless`, a value that arrived at that path is passed on in its place. With
 * `unlessSet`, only the type's name is kept if a value arrived there.
 */
interface Step {
  path: readonly string[] | null
  value: PortType | 'absent' | null | { from: readonly string[] | null }
  unless?: readonly string[] | null
  unlessSet?: readonly string[] | null
}

type Settings = (name: string) => unknown

/** Most nodes of a type share the same relevant settings, so plans are cached. */
const plans = new WeakMap<NodeDeclaration, { reads: Map<string, unknown>; plan: Plan }[]>()
const PLANS = 20

function planFor(declaration: NodeDeclaration, config: RuleNode['settings']): Plan {
  const known = plans.get(declaration) ?? []
  for (const { reads, plan } of known) if (hasSettings(config, reads)) return plan
  const reads = new Map<string, unknown>()
  const plan = makePlan(declaration, (name) => {
    reads.set(name, config[name])
    return config[name] ?? declaration.defaults?.[name]
  })
  const isPlain = [...reads.values()].every((value) => typeof value !== 'object' || value === null)
  if (isPlain) plans.set(declaration, [{ reads, plan }, ...known].slice(0, PLANS))
  return plan
}

function hasSettings(config: RuleNode['settings'], reads: ReadonlyMap<string, unknown>): boolean {
  for (const [name, value] of reads) if (config[name] !== value) return false
  return true
}

function makePlan(declaration: NodeDeclaration, settings: Settings): Plan {
  const cases = list(declaration.cases).filter((one) => isRecord(one) && applies(one.when, settings))
  const declared = [declaration, ...(cases as NodeDeclaration[])]
  const setting = declared.reduce<string | undefined>((before, one) => one.portsFrom ?? before, undefined)
  const own = setting === undefined ? null : readPorts(settings(setting))
  const layers: NodeDeclaration[] = own ? [...declared, own] : declared
  const passes = layers.reduce<boolean | undefined>((before, one) => one.passes ?? before, undefined)
  const ports = readOutputs(layers).map((port) => readPort(port, settings))
  return { wants: readInputs(layers, settings), passes, ports, names: readNames(layers) }
}

function applies(when: unknown, settings: Settings): boolean {
  if (!isRecord(when)) return false
  return Object.entries(when).every(([name, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(settings(name)) : wanted === settings(name),
  )
}

function readInputs(layers: readonly NodeDeclaration[], settings: Settings): Want[] {
  const inputs = new Map<string, InputDeclaration | null>()
  for (const { inputs: layer } of layers)
    for (const [key, input] of Object.entries(layer ?? {})) inputs.set(propertyName(key, settings), input)
  return [...inputs].flatMap(([property, input]) => {
    if (!isRecord(input)) return []
    const choices = Array.isArray(input.type) ? input.type : [input.type]
    const types = choices.flatMap((choice) => resolveType(choice, settings) ?? [])
    if (types.length === 0 || types.length < choices.length) return []
    const { required = true, help = '', name, judges } = input
    const want = {
      ...{ property, path: parsePath(property), types, required: required !== false, help },
      ...(judges === 'pictures' && { judges }),
    }
    return [typeof name === 'string' && name !== '' ? { ...want, name } : want]
  })
}

function readOutputs(layers: readonly NodeDeclaration[]): OutputDeclaration[] {
  const ports: OutputDeclaration[] = []
  for (const { outputs } of layers)
    list(outputs).forEach((port, i) => {
      ports[i] = { ...ports[i], ...(isRecord(port) ? (port as OutputDeclaration) : {}) }
    })
  return Array.from(ports, (port) => port ?? {})
}

function readNames(layers: readonly NodeDeclaration[]): Record<string, string>[] {
  const names: Record<string, string>[] = []
  for (const { outputNames } of layers)
    list(outputNames).forEach((port, i) => {
      names[i] = { ...names[i], ...(isRecord(port) ? (port as Record<string, string>) : {}) }
    })
  return Array.from(names, (port) => port ?? {})
}

function readPort(port: OutputDeclaration, settings: Settings): Step[] {
  return Object.entries(port).map(([key, expression]) => {
    const path = parsePath(propertyName(key, settings))
    if (expression === null) return { path, value: 'absent' }
    if (isRecord(expression) && typeof expression.$input === 'string')
      return { path, value: { from: parsePath(propertyName(expression.$input, settings)) } }
    const { $unless, $unlessSet, ...type } = expression as unknown as Record<string, unknown>
    const isPlain = typeof $unless !== 'string' && typeof $unlessSet !== 'string'
    return {
      path,
      value: resolveType(isPlain ? expression : type, settings),
      ...(typeof $unless === 'string' && { unless: parsePath(propertyName($unless, settings)) }),
      ...(typeof $unlessSet === 'string' && { unlessSet: parsePath(propertyName($unlessSet, settings)) }),
    }
  })
}

/** Whether the result depends on the arriving message. */
function looksAtMessage({ value, unless, unlessSet }: Step): boolean {
  return Boolean(unless || unlessSet) || isReference(value)
}

function isReference(value: Step['value']): value is { from: readonly string[] | null } {
  return value !== null && typeof value === 'object' && 'from' in value
}

function valueFor({ value, unless, unlessSet }: Step, id: string, arriving: Message): Alternatives {
  if (isReference(value)) return read(arriving, value.from)
  const set = value === 'absent' ? absent(id) : value ? typed(value, id) : UNKNOWN
  if (unless) {
    // A value that is passed on has the same type, so this only matters when a value is being followed.
    const kept = read(arriving, unless).filter(({ kind }) => kind === 'sent')
    return joinAlternatives(set, kept)
  }
  if (unlessSet && value !== null && value !== 'absent') {
    const somethingArrived = read(arriving, unlessSet).some(({ kind }) => kind === 'typed' || kind === 'unknown')
    if (somethingArrived) return typed({ type: value.type } as PortType, id)
  }
  return set
}

/** `$field` stands for the property that the setting `field` names, or else `payload`. */
function propertyName(key: string, settings: Settings): string {
  if (!key.startsWith('$')) return key
  const name = settings(key.slice(1))
  return typeof name === 'string' && name !== '' ? name : 'payload'
}

/** The type with all `$config` references resolved; null if it is unknown or isn't a type. */
export function resolveType(expression: unknown, settings: Settings): PortType | null {
  if (!isRecord(expression)) return null
  const known = fixed.get(expression)
  if (known !== undefined) return known
  let isFixed = true
  const lookUpSetting: Settings = (name) => {
    isFixed = false
    return settings(name)
  }
  const resolved = resolve(expression, lookUpSetting, 0)
  const type = isType(resolved) ? shared(resolved as PortType) : null
  if (isFixed) fixed.set(expression, type)
  return type
}

/** Expressions without references to settings, which give the same type for every node. */
const fixed = new WeakMap<object, PortType | null>()

function resolve(value: unknown, settings: Settings, depth: number): unknown {
  if (depth > 20) return undefined
  if (Array.isArray(value)) return value.map((item) => resolve(item, settings, depth + 1))
  if (!isRecord(value)) return value
  if (typeof value.$config === 'string') return lookUp(value.$config, settings)
  if (typeof value.$list === 'string') return listOfWords(lookUp(value.$list, settings), value.and)
  const resolved = Object.entries(value).map(([name, inner]) => {
    const found = resolve(inner, settings, depth + 1)
    return [name, isNumeric(name) ? numeric(found) : found] as const
  })
  return Object.fromEntries(resolved.filter(([, found]) => found !== undefined && found !== ''))
}

/** The list in a setting, or comma-separated text, with the additional items; undefined if it is empty. */
function listOfWords(setting: unknown, and: unknown): unknown[] | undefined {
  const words = typeof setting === 'string' ? textList(setting) : setting
  if (!Array.isArray(words) || words.length === 0) return undefined
  return [...new Set([...words, ...(Array.isArray(and) ? and : [])])]
}

function lookUp(path: string, settings: Settings): unknown {
  const [name = '', ...inner] = path.split('.')
  let value = settings(name)
  for (const step of inner) value = isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined
  return value
}

function numeric(value: unknown): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** Whether it is a type that `checkWire` can read. Declarations may come from other packages. */
function isType(value: unknown): boolean {
  if (!isRecord(value) || !isTypeName(value.type)) return false
  const parameters = Object.entries<Parameter>(PARAMETERS[value.type])
  return parameters.every(([name, parameter]) => isParameter(value[name], parameter, isNeeded(name)))
}

const isNeeded = (name: string) => name === 'itemType' || name === 'fields'

function isParameter(value: unknown, parameter: Parameter, isNeeded: boolean): boolean {
  if (value === undefined) return !isNeeded
  if (typeof parameter !== 'string') return parameter.includes(value as string)
  if (parameter === 'type') return isType(value)
  if (parameter === 'types by name') return isRecord(value) && Object.values(value).every(isType)
  if (parameter === 'texts') return Array.isArray(value) && value.every((word) => typeof word === 'string')
  return true
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
