/**
 * Runs Node-RED in this process with nodes that send random values, and compares the messages that arrive
 * with what the check said.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Checker, createChecker, type NodeDeclaration, readFlow } from '../../src/flow'
import { isProblem, type PortType, readValue, typeOf } from '../../src/types'
import { fakeCodec, picture } from '../types/values'
import { networkSources, payloads } from './network-sources'
import { type Piece, pieces } from './pieces'
import { type Source, sources, wanted } from './sources'

interface Delivery {
  /** A node inside a subflow has a new id in each instance; `_alias` is its original id. */
  source: { id: string; port: number; node?: { _alias?: string } }
  destination: { id: string }
  msg: Record<string, unknown>
}

// biome-ignore lint/suspicious/noExplicitAny: Node-RED has no types for its inside
type Red = any

export interface Running {
  /** Draws `count` random flows and runs them. Returns the wrong verdicts, and how many wires were judged. */
  round(random: () => number, count: number): Promise<{ wrong: string[]; judged: number }>
  /**
   * The same for messages from the network, whose contents aren't known: a mismatch must never be readable,
   * and a match must be readable from at least one message.
   */
  fromNetwork(): Promise<{ wrong: string[]; judged: number }>
  stop(): Promise<void>
}

export async function startRunning(): Promise<Running> {
  const red: Red = require('node-red')
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-flows-'))
  const server: Server = createServer()
  process.env.NODE_RED_HOME = folder
  red.init(server, {
    ...{ userDir: folder, flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: '/', credentialSecret: false },
    ...{ telemetry: { enabled: false }, logging: { console: { level: 'off' } }, disableEditor: true },
  })
  await red.start()
  server.on('request', red.httpNode)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  let deliveries: Delivery[] = []
  let last = Date.now()
  let rounds = 0
  const counts = new Map<string, number>()
  red.hooks.add('preDeliver.check', ({ source, destination, msg }: Delivery) => {
    last = Date.now()
    const flow = flowOf(source)
    const count = (counts.get(flow) ?? 0) + 1
    counts.set(flow, count)
    if (count > MOST_MESSAGES) return false
    deliveries.push({ source, destination, msg: { ...msg } })
    return undefined
  })

  async function round(random: () => number, count: number) {
    const flows = Array.from({ length: count }, (_, i) => draw(random, `${rounds}-${i}`))
    rounds++
    return run(flows)
  }

  async function run(flows: readonly Drawn[]) {
    deliveries = []
    const all = [tab, ...flows.flatMap((flow) => flow.real)]
    await red.runtime.flows.setFlows({ flows: { flows: all }, deploymentType: 'full' })
    const nodes = require('@node-red/runtime/lib/nodes') as {
      getNode(id: string): { receive(msg: object): void } | null
    }
    const ends = flows.flatMap(({ chains }) => chains.map(({ end }) => end))
    while (ends.some((id) => !nodes.getNode(id))) await sleep(10)
    for (const { chains } of flows)
      for (const { start, source } of chains)
        for (const msg of source.messages) nodes.getNode(start)?.receive(fresh(msg))
    // The flows count as finished after this many turns without a message, however slow the computer is. Some
    // triggers never end, so the total is limited too.
    for (let turns = 0, quiet = 0, before = last; turns < 60 && quiet < 12; turns++) {
      quiet = last === before ? quiet + 1 : 0
      before = last
      await sleep(20)
    }
    const ended = flows.filter(({ id }) => (counts.get(id) ?? 0) <= MOST_MESSAGES)
    return compareAll(ended, deliveries)
  }

  async function fromNetwork() {
    const network = await networkSources(() => (server.address() as AddressInfo).port)
    const flows = network.sources.map(({ name, node }, i) => alone({ name, node, messages: [] }, `from ${i}`))
    try {
      deliveries = []
      const all = [tab, ...network.configs, ...flows.flatMap(({ real }) => real)]
      await red.runtime.flows.setFlows({ flows: { flows: all }, deploymentType: 'full' })
      for (const [i, { send }] of network.sources.entries()) await sendAll(send, `from ${i}`)
      await sleep(50)
    } finally {
      network.stop()
    }
    const wrong: string[] = []
    let judged = 0
    for (const { chains, checker } of flows)
      for (const { to, verdict, message } of checker.report.wires) {
        const end = endOf(chains, to.id)
        if (!end || verdict === 'unknown') continue
        judged++
        const { chain, want } = end
        const arrived = deliveries.filter(({ destination }) => destination.id === chain.end)
        const outcomes = await Promise.all(arrived.map(({ msg }) => refusalOf(want, msg.payload)))
        if (outcomes.includes('') === isProblem({ verdict }))
          wrong.push(`${chain.source.name}: ${verdict} ${message} ${JSON.stringify(want)}: ${outcomes.join('; ')}`)
      }
    return { wrong, judged }
  }

  async function sendAll(send: (payload: Buffer) => Promise<void>, id: string): Promise<void> {
    for (const [n, payload] of payloads.entries()) {
      const before = deliveries.length
      const hasCome = () => deliveries.slice(before).some(({ source }) => source.id === id)
      // Retry the first payload until the node listens. Later payloads may be unreadable for it, so send
      // those once.
      do {
        await send(payload).catch(() => {})
        for (let turns = 0; turns < 25 && !hasCome(); turns++) await sleep(10)
      } while (n === 0 && !hasCome())
    }
  }

  return {
    round,
    fromNetwork,
    async stop() {
      red.hooks.remove('preDeliver.check')
      await red.stop()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Limits flows that never end, such as loops of nodes that send several messages for each one. */
const MOST_MESSAGES = 500

/** The flow that a node is in: the first word of its id. */
function flowOf({ id, node }: Delivery['source']): string {
  return (node?._alias ?? id).split(' ')[0] ?? ''
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const tab = { id: 'tab', type: 'tab', label: 'flows', env: [{ name: 'WORD', type: 'str', value: 'cat' }] }

/** Makes a copy, because some nodes write into the values that they receive, and ours are shared. */
function fresh<T>(value: T): T {
  if (Array.isArray(value)) return value.map(fresh) as T
  if (Buffer.isBuffer(value)) return Buffer.from(value) as T
  if (Object.getPrototypeOf(value ?? 0) !== Object.prototype)
    return ArrayBuffer.isView(value) ? structuredClone(value) : value
  return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, fresh(inner)])) as T
}

/**
 * From a source to the end where arriving messages are collected. The check sees several inputs there with
 * the same wires, one for each type that may be required.
 */
interface Chain {
  start: string
  source: Source
  end: string
}

interface Drawn {
  id: string
  real: Entry[]
  checker: Checker
  chains: Chain[]
}

type Entry = Piece & { id: string; wires: string[][] }
type Shape = 'in a row' | 'called' | 'in a subflow' | 'around' | 'beside'

/**
 * A source, one to three of Node-RED's nodes, and an input with a type. The nodes are in a row, in a loop,
 * next to a disabled node, called by links, or inside a subflow. The last two have two sources.
 */
function draw(random: () => number, id: string): Drawn {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const shape = pick<Shape>(['in a row', 'in a row', 'in a row', 'around', 'called', 'in a subflow', 'beside'])
  const middle = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(pieces))
  const chains = (shape === 'called' || shape === 'in a subflow' ? ['a', 'b'] : ['a']).map((name) => ({
    ...{ start: `${id} ${name}`, source: pick(sources), end: `${id} ${name} end` },
  }))
  const z = shape === 'in a subflow' ? `${id} sub` : 'tab'
  const inner = middle.map((piece, i): Entry => {
    const next = i + 1 < middle.length ? [`${id} ${i + 1}`] : []
    return { ...piece, id: `${id} ${i}`, z, x: 1, y: 1, wires: Array.from({ length: outputsOf(piece) }, () => next) }
  })
  const drawn = assemble(id, shape, chains, inner)
  return shape === 'beside' ? withSide(drawn, pick(pieces)) : drawn
}

/** Adds a disabled node that is wired from the source to the last node and to the end. */
function withSide({ id, real, chains }: Drawn, piece: Piece): Drawn {
  const [{ start, end } = { start: '', end: '' }] = chains
  const last = real.at(-1) as Entry
  const side: Entry = { ...piece, d: true, z: 'tab', id: `${id} side`, wires: [[last.id, end]] }
  const wired = real.map((node) =>
    node.id === start ? { ...node, wires: [[...(node.wires[0] ?? []), side.id]] } : node,
  )
  return { id, real: [...wired, side], chains, checker: checkerOf([...wired, side], chains) }
}

/** Wires sources, the nodes between, and the ends together. */
function assemble(id: string, shape: Shape, chains: Chain[], inner: Entry[]): Drawn {
  const at = { z: 'tab', x: 1, y: 1 }
  const first = inner[0] as Entry
  const last = inner.at(-1) as Entry
  const real: Entry[] = []
  const add = (node: Piece, nodeId: string, wires: string[][]) => real.push({ ...at, ...node, id: nodeId, wires })
  const ending = last.wires.map(() => [] as string[])
  if (shape === 'called') {
    add({ type: 'link in', links: [] }, `${id} in`, [[first.id]])
    add({ type: 'link out', mode: 'return', links: [] }, `${id} out`, [])
    for (const wires of ending) wires.push(`${id} out`)
  }
  if (shape === 'in a subflow') {
    const out = [{ x: 1, y: 1, wires: ending.map((_, port) => ({ id: last.id, port })) }]
    const subflow = { type: 'subflow', name: '', in: [{ x: 1, y: 1, wires: [{ id: first.id }] }], out }
    real.push({ ...subflow, id: `${id} sub`, wires: [] })
  }
  for (const { start, source, end } of chains) {
    const through = `${start} through`
    const isDirect = shape !== 'called' && shape !== 'in a subflow'
    add({ ...source.node }, start, [[isDirect ? first.id : through]])
    if (shape === 'called')
      add({ type: 'link call', linkType: 'static', links: [`${id} in`], timeout: '30' }, through, [[end]])
    if (shape === 'in a subflow') add({ type: `subflow:${id} sub` }, through, [[end]])
    if (isDirect) for (const wires of ending) wires.push(end)
    add({ type: 'debug', active: false }, end, [])
  }
  if (shape === 'around') {
    // Goes round three times.
    const turn = 'msg.turns = (msg.turns || 0) + 1;\nif (msg.turns > 3) return null;\nreturn msg;'
    for (const wires of ending) wires.push(`${id} turn`)
    add({ type: 'function', func: turn, outputs: 1 }, `${id} turn`, [[first.id]])
  }
  real.push(...inner.map((node) => (node === last ? { ...node, wires: ending } : node)))
  return { id, real, chains, checker: checkerOf(real, chains) }
}

/** A source that is wired straight to the end. */
function alone(source: Source, start: string): Drawn {
  const chain = { start, source, end: `${start} end` }
  const at = { z: 'tab', x: 1, y: 1 }
  const real = [
    { ...source.node, ...at, id: start, wires: [[chain.end]] },
    { type: 'debug', ...at, id: chain.end, wires: [] },
  ]
  return { id: start, real, chains: [chain], checker: checkerOf(real, [chain]) }
}

/** The check's view of the flow: sources declare their types, and ends are inputs. */
function checkerOf(real: readonly Entry[], chains: readonly Chain[]): Checker {
  const declarations = new Map<string, NodeDeclaration>()
  const types = new Map<string, string>()
  const ends = new Set(chains.map(({ end }) => end))
  wanted.forEach((want, n) => {
    declarations.set(`wants ${n}`, { label: 'wants', inputs: { payload: { type: want as never } } })
  })
  for (const { start, source } of chains) {
    if (!source.type) continue
    types.set(start, `gives ${start}`)
    declarations.set(`gives ${start}`, { label: 'gives', outputs: [source.type as never], passes: false })
  }
  const inputs = (id: string) => (ends.has(id) ? wanted.map((_, n) => `${id} ${n}`) : [id])
  const seen = real.flatMap((node) =>
    ends.has(node.id)
      ? wanted.map((_, n) => ({ ...node, id: `${node.id} ${n}`, type: `wants ${n}` }))
      : [{ ...node, type: types.get(node.id) ?? node.type, wires: node.wires.map((port) => port.flatMap(inputs)) }],
  )
  return createChecker(readFlow([tab, ...seen]), declarations)
}

/** The chain at whose end a wire arrives, and the type that its input wants; null for other wires. */
function endOf(chains: readonly Chain[], id: string): { chain: Chain; want: PortType } | null {
  const chain = chains.find(({ end }) => id.startsWith(`${end} `))
  const want = chain && wanted[Number(id.slice(chain.end.length))]
  return chain && want ? { chain, want } : null
}

function outputsOf(node: { type: string; outputs?: unknown; rules?: unknown }): number {
  if (node.type === 'switch') return (node.rules as unknown[]).length
  if (node.type === 'exec') return 3
  return typeof node.outputs === 'number' ? node.outputs : 1
}

async function compareAll(flows: readonly Drawn[], deliveries: readonly Delivery[]) {
  const byFlow = new Map<string, Delivery[]>(flows.map(({ id }) => [id, []]))
  for (const one of deliveries) byFlow.get(flowOf(one.source))?.push(one)
  const wrong: string[] = []
  let judged = 0
  for (const flow of flows) {
    const found = await compare(flow, byFlow.get(flow.id) ?? [])
    wrong.push(...found.wrong)
    judged += found.judged
  }
  return { wrong, judged }
}

async function compare(flow: Drawn, deliveries: readonly Delivery[]): Promise<{ wrong: string[]; judged: number }> {
  const wrong: string[] = []
  let judged = 0
  const { chains, real, checker } = flow
  // An empty list counts as a list of anything and has no first item, and empty text isn't a path.
  const isEmpty = deliveries.some(({ msg }) => (msg.payload as { length?: unknown } | null)?.length === 0)
  for (const judgement of checker.report.wires) {
    const end = endOf(chains, judgement.to.id)
    if (!end || judgement.verdict === 'unknown') continue
    const { chain, want } = end
    const isInstance = real.some(({ id, type }) => id === judgement.from.id && type.startsWith('subflow:'))
    const arrived = deliveries.filter(
      ({ source, destination }) =>
        destination.id === chain.end &&
        // A subflow instance's messages come from a node inside it.
        (isInstance || (source.id === judgement.from.id && source.port === judgement.from.port)),
    )
    if (arrived.length === 0) continue
    judged++
    const outcomes = await Promise.all(arrived.map(({ msg }) => refusalOf(want, msg.payload)))
    const isWrong = isProblem(judgement) ? outcomes.every((said) => said === '') : outcomes.some((said) => said !== '')
    if (!isWrong || isEmpty) continue
    const what = arrived.map(({ msg }, i) => `${JSON.stringify(typeOf(msg.payload))} (${outcomes[i] || 'read'})`)
    const nodes = real.map((node) => JSON.stringify({ ...node, x: undefined, y: undefined, z: undefined }))
    wrong.push(
      `${judgement.verdict} ${judgement.message} port ${judgement.from.port}: ${what.join('; ')}\n  wants ${JSON.stringify(want)} from ${chain.source.name}\n  ${nodes.join('\n  ')}`,
    )
  }
  return { wrong, judged }
}

function refusalOf(want: PortType, value: unknown): Promise<string> {
  return readValue(want, value, 'payload', fakeCodec(picture(1, 1))).then(
    () => '',
    (error: Error) => error.message,
  )
}
