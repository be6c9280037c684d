/** A Node-RED in this process, whose nodes hand random values on; what arrives is held against what the check said. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Checker, createChecker, type NodeDeclaration, readFlow } from '../../src/flow'
import { isProblem, type PortType, readValue, typeOf } from '../../src/types'
import { fakeCodec, picture } from '../types/values'
import { type Piece, pieces, type Source, sources, wanted } from './pieces'

interface Delivery {
  source: { id: string; port: number }
  destination: { id: string }
  msg: Record<string, unknown>
}

// biome-ignore lint/suspicious/noExplicitAny: Node-RED has no types for its inside
type Red = any

export interface Running {
  /** Draws `count` flows with these random numbers, runs them, and returns what was said wrongly, and how many wires were judged. */
  round(random: () => number, count: number): Promise<{ wrong: string[]; judged: number }>
  stop(): Promise<void>
}

export async function startRunning(): Promise<Running> {
  const red: Red = require('node-red')
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-flows-'))
  const server: Server = createServer()
  process.env.NODE_RED_HOME = folder
  red.init(server, {
    ...{ userDir: folder, flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: false, credentialSecret: false },
    ...{ telemetry: { enabled: false }, logging: { console: { level: 'off' } }, disableEditor: true },
  })
  await red.start()
  let deliveries: Delivery[] = []
  let last = Date.now()
  let rounds = 0
  red.hooks.add('preDeliver.check', ({ source, destination, msg }: Delivery) => {
    last = Date.now()
    deliveries.push({ source, destination, msg: { ...msg } })
  })

  async function round(random: () => number, count: number) {
    const flows = Array.from({ length: count }, (_, i) => draw(random, `${rounds}-${i}`))
    rounds++
    const real = [
      { id: 'tab', type: 'tab', label: 'flows', env: [{ name: 'WORD', type: 'str', value: 'cat' }] },
      ...flows.flatMap((flow) => flow.real),
    ]
    deliveries = []
    await red.runtime.flows.setFlows({ flows: { flows: real }, deploymentType: 'full' })
    const nodes = require('@node-red/runtime/lib/nodes') as {
      getNode(id: string): { receive(msg: object): void } | null
    }
    const ends = flows.map(({ end }) => end)
    while (ends.some((id) => !nodes.getNode(id))) await new Promise((resolve) => setTimeout(resolve, 10))
    for (const flow of flows) for (const msg of flow.source.messages) nodes.getNode(`${flow.id} 0`)?.receive({ ...msg })
    last = Date.now()
    while (Date.now() - last < QUIET) await new Promise((resolve) => setTimeout(resolve, 20))
    const wrong: string[] = []
    let judged = 0
    for (const flow of flows) {
      const found = await compare(flow, deliveries)
      wrong.push(...found.wrong)
      judged += found.judged
    }
    return { wrong, judged }
  }

  return {
    round,
    async stop() {
      red.hooks.remove('preDeliver.check')
      await red.stop()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Longer than anything the nodes wait for. */
const QUIET = 150

interface Drawn {
  id: string
  source: Source
  want: PortType
  real: object[]
  checker: Checker
  end: string
  from: string
}

/** A source, one to three of Node-RED's nodes, and an input that needs a type. */
function draw(random: () => number, id: string): Drawn {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const source = pick(sources)
  const want = pick(wanted)
  const middle: Piece[] = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(pieces))
  const at = { z: 'tab', x: 1, y: 1 }
  const chain = [{ ...source.node }, ...middle, { type: 'debug', active: false }]
  const real = chain.map((node, i) => ({
    ...{ ...at, ...node, id: `${id} ${i}` },
    wires: i + 1 < chain.length ? Array.from({ length: outputsOf(node) }, () => [`${id} ${i + 1}`]) : [],
  }))
  const declarations = new Map<string, NodeDeclaration>([['wants', { inputs: { payload: { type: want as never } } }]])
  if (source.type)
    declarations.set('gives', {
      outputs: [source.type as never],
      passes: false,
    })
  const seen = real.map((node, i) =>
    i === 0 && source.type ? { ...node, type: 'gives' } : i === chain.length - 1 ? { ...node, type: 'wants' } : node,
  )
  const tab = { id: 'tab', type: 'tab', env: [{ name: 'WORD', type: 'str', value: 'cat' }] }
  const checker = createChecker(readFlow([tab, ...seen]), declarations)
  return { id, source, want, real, checker, end: `${id} ${chain.length - 1}`, from: `${id} ${chain.length - 2}` }
}

function outputsOf(node: { type: string; outputs?: unknown; rules?: unknown }): number {
  if (node.type === 'switch') return (node.rules as unknown[]).length
  if (node.type === 'exec') return 3
  return typeof node.outputs === 'number' ? node.outputs : 1
}

async function compare(flow: Drawn, deliveries: readonly Delivery[]): Promise<{ wrong: string[]; judged: number }> {
  const wrong: string[] = []
  let judged = 0
  for (const judgement of flow.checker.report.wires) {
    if (judgement.to.id !== flow.end || judgement.verdict === 'unknown') continue
    const arrived = deliveries.filter(
      ({ source, destination }) =>
        source.id === judgement.from.id && source.port === judgement.from.port && destination.id === flow.end,
    )
    if (arrived.length === 0) continue
    judged++
    const outcomes = await Promise.all(arrived.map(({ msg }) => refusalOf(flow.want, msg.payload)))
    const isWrong = isProblem(judgement) ? outcomes.every((said) => said === '') : outcomes.some((said) => said !== '')
    // An empty list is one of anything, and empty text is no path.
    const isEmpty = arrived.some(({ msg }) => (msg.payload as { length?: unknown } | null)?.length === 0)
    if (!isWrong || isEmpty) continue
    const what = arrived.map(({ msg }, i) => `${JSON.stringify(typeOf(msg.payload))} (${outcomes[i] || 'read'})`)
    const nodes = flow.real
      .slice(0, -1)
      .map((node) => JSON.stringify({ ...node, x: undefined, y: undefined, z: undefined }))
    wrong.push(
      `${judgement.verdict} ${judgement.message} port ${judgement.from.port}: ${what.join('; ')}\n  wants ${JSON.stringify(flow.want)} from ${flow.source.name}\n  ${nodes.join('\n  ')}`,
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
