import { type Checker, createChecker, type Problem, type WireJudgement } from '../../flow'
import { declarations } from './declarations'
import { endOf, isSubflowPort, liveGraph } from './graph'

const delay = 30

type Listener = Parameters<typeof RED.events.on>[1]

const changed = new Set<string>()
const listeners = new Set<(recheck: Recheck) => void>()
let checker: Checker | null = null
let timer: ReturnType<typeof setTimeout> | undefined
const judgements = new Map<string, WireJudgement>()
let problems = new Map<string, Problem[]>()

export interface Recheck {
  /** The nodes whose problems have changed. */
  nodes: string[]
  /** The nodes whose ports or incoming wires may have changed; null if any may have. */
  touched: ReadonlySet<string> | null
}

/** The checker, up to date with the current flows; null until the flows are loaded. */
export function current(): Checker | null {
  if (timer !== undefined) run()
  return checker
}

export const isReady = (): boolean => checker !== null
export const isSettled = (): boolean => timer === undefined && checker !== null
export const allProblems = (): Problem[] => checker?.report.problems ?? []

/** The last check's result for a wire; undefined if it hasn't been checked yet. */
export function judgementOf(link: EditorLink): WireJudgement | undefined {
  return judgements.get(wireKey(link))
}

/** A key that is equal for all objects that represent the same wire. */
export function wireKey({ source, sourcePort, target }: Pick<EditorLink, 'source' | 'sourcePort' | 'target'>): string {
  return key(endOf(source, sourcePort), target.id)
}

/** The problems that the last check found at a node's input. */
export function problemsAt(id: string): Problem[] {
  return problems.get(id) ?? []
}

/** Calls back after every check. Returns a function that stops this. */
export function onCheck(listener: (recheck: Recheck) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Schedules a check of everything. */
export function checkAll(): void {
  checker = null
  schedule()
}

/**
 * Follows the editor's changes and checks what they touch, a moment after the last one. Returns a function
 * that stops this.
 */
export function followChanges(): () => void {
  // During an import, wires are announced before their nodes, so the nodes are looked up later.
  const touch = (...ids: (string | undefined)[]) => {
    for (const id of ids) if (id) changed.add(id)
    schedule()
  }
  const node = ({ id, z }: EditorNode) => touch(id, RED.nodes.subflow(z ?? '') ? z : undefined)
  const link = ({ source, target }: EditorLink) => touch(endOf(source).id, isSubflowPort(target) ? target.z : undefined)
  const subflow = (event: { id?: string; subflow?: { id: string } }) => touch(event.id ?? event.subflow?.id)
  const follow: [string, Listener][] = [
    ['nodes:add', node],
    ['nodes:change', node],
    ['nodes:remove', node],
    ['junctions:add', node],
    ['junctions:remove', node],
    ['links:add', link],
    ['links:remove', link],
    ['subflows:add', subflow],
    ['subflows:change', subflow],
    ['subflows:remove', subflow],
    ['flows:loaded', checkAll],
    ['flows:add', checkAll],
    ['flows:change', checkAll],
    ['flows:remove', checkAll],
    ['groups:change', checkAll],
    ['groups:remove', checkAll],
    ['workspace:clear', checkAll],
    ['registry:node-type-added', checkAll],
    ['registry:node-type-removed', checkAll],
  ]
  for (const [event, listener] of follow) RED.events.on(event, listener)
  return () => {
    for (const [event, listener] of follow) RED.events.off(event, listener)
    clearTimeout(timer)
  }
}

function schedule(): void {
  timer ??= setTimeout(run, delay)
}

function run(): void {
  clearTimeout(timer)
  timer = undefined
  const ids = [...changed]
  changed.clear()
  if (checker) checker.update(ids)
  else checker = createChecker(liveGraph, declarations)
  const { touched, report } = checker
  const before = problems
  // Results for removed wires stay in the map, where they do no harm.
  if (!touched) judgements.clear()
  for (const wire of report.wires)
    if (!touched || touched.has(wire.to.id)) judgements.set(key(wire.from, wire.to.id), wire)
  problems = byReceiver(report.problems)
  const nodes = [...new Set([...before.keys(), ...problems.keys()])].filter(
    (id) => sentences(before.get(id)) !== sentences(problems.get(id)),
  )
  for (const listener of [...listeners]) listener({ nodes, touched })
}

function byReceiver(list: Problem[]): Map<string, Problem[]> {
  const groups = new Map<string, Problem[]>()
  for (const problem of list) groups.set(problem.to.id, [...(groups.get(problem.to.id) ?? []), problem])
  return groups
}

const key = (from: { id: string; port: number }, to: string) => `${from.id}:${from.port}>${to}`
const sentences = (list: Problem[] = []) => list.map(({ message }) => message).join('\n')
