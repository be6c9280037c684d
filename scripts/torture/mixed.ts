import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { flowOf } from './every-node'
import { type Random, randomOf } from './hostile/random'
import { kill } from './lanes'
import { startTortured, type Tortured } from './node-red'
import { faultOfSentence } from './sentence'
import { slope } from './slope'

export interface Mixed {
  ends: Record<string, number>
  kills: number
  /** Megabytes an hour, by the line of best fit, after the first tenth. */
  growth: { used: number; resident: number; lanes: number }
  /** How many more are open at the end than after the first tenth of the time. */
  more: { descriptors: number; handles: number }
  faults: string[]
}

/** Up to this many megabytes an hour count as flat. */
const FLAT = 60
/** A fitted line is meaningful only after this many minutes. */
const ENOUGH = 20
/** The numbers of descriptors and handles vary. */
const FEW = 12

interface Seen {
  hours: number
  used: number
  resident: number
  lanes: number
  descriptors: number
  handles: number
}

/**
 * Two models in turn, pictures of random sizes, a table and an animation; lanes are killed, and the clock
 * jumps.
 */
export async function tortureMixed({
  random: next,
  isOver,
  rounds = Number.POSITIVE_INFINITY,
  log = () => {},
}: {
  random: () => number
  isOver: () => boolean
  rounds?: number
  log?: (line: string) => void
}): Promise<Mixed> {
  const random = randomOf(next)
  const result: Mixed = {
    ends: {},
    kills: 0,
    growth: { used: 0, resident: 0, lanes: 0 },
    more: { descriptors: 0, handles: 0 },
    faults: [],
  }
  const server = await startTortured()
  const began = performance.now()
  const seen: Seen[] = []
  try {
    await server.setFlows(flow(server.folder))
    for (let round = 0; round < rounds && !isOver(); round++) {
      for (let i = 0; i < 10; i++) await one(round * 10 + i)
      if (round % 4 === 3) await disturb()
      seen.push(await lookAt(server, began))
      if (round % 20 === 0) log(`${round * 10} rounds: ${JSON.stringify(seen.at(-1))}`)
    }
  } finally {
    await server.stop()
  }
  const steady = seen.slice(Math.ceil(seen.length / 10))
  const [first, last] = [steady[0], steady.at(-1)]
  const grown = (of: keyof Seen) => slope(steady.map((each) => [each.hours, each[of]] as const))
  result.growth = { used: grown('used'), resident: grown('resident'), lanes: grown('lanes') }
  if (first && last)
    result.more = {
      descriptors: last.descriptors - first.descriptors,
      handles: last.handles - first.handles,
    }
  for (const [what, more] of Object.entries(result.more))
    if (more > FEW) result.faults.push(`${more} more ${what} are open at the end than at the beginning`)
  if (((last?.hours ?? 0) - (first?.hours ?? 0)) * 60 > ENOUGH && result.growth.used > FLAT)
    result.faults.push(`Node-RED's values grow by ${Math.round(result.growth.used)} MB an hour`)
  return result

  async function one(number: number): Promise<void> {
    const to = random.pick(['gan', 'depth', 'depth', 'sketch', 'csv', 'gif', 'adjust'])
    const { end, sentence } = await server.send(to, await messageFor(to, random, number))
    result.ends[end] = (result.ends[end] ?? 0) + 1
    const wrong = end === 'failed' ? faultOfSentence(sentence) : ''
    if (end === 'never') result.faults.push(`a message to ${to} never came to an end`)
    if (wrong) result.faults.push(`${to}: ${wrong} (${sentence})`)
  }

  /** Kills a busy lane, or sets the clock forwards or backwards by up to a day. */
  async function disturb(): Promise<void> {
    if (random.next() < 0.5) return server.clock({ by: (random.next() - 0.5) * 48 * 3.6e6, at: 1 })
    const { children } = await server.look()
    const lane = random.pick(children)
    const picture = await messageFor('depth', random, 0)
    const flood = server.flood('depth', picture, 20)
    await new Promise((later) => setTimeout(later, random.whole(60)))
    if (lane !== undefined) kill(lane)
    result.kills++
    const { ends } = await flood
    for (const { end, sentence } of ends) {
      result.ends[end] = (result.ends[end] ?? 0) + 1
      const wrong = end === 'failed' ? faultOfSentence(sentence) : ''
      if (end === 'never' || wrong) result.faults.push(`after a kill: ${end}: ${wrong} ${sentence}`)
    }
  }
}

function flow(folder: string): object[] {
  const depth = { engine: 'engine', wires: [['sketch', 'end']] }
  return flowOf([
    { id: 'gan', type: 'daisychain-stylegan', engine: 'engine', wires: [['depth']] },
    { id: 'depth', type: 'daisychain-densedepth', ...depth },
    { id: 'sketch', type: 'daisychain-photosketch', engine: 'engine' },
    { id: 'adjust', type: 'daisychain-adjust', width: 200, hue: 30 },
    ...['csv', 'gif'].map((format) => ({
      id: format,
      type: 'daisychain-export',
      format,
      folder,
      limit: 5,
      existing: 'overwrite',
      file: format,
    })),
  ])
}

async function messageFor(to: string, { whole }: Random, number: number): Promise<object> {
  if (to === 'gan') return { payload: Array.from({ length: 512 }, () => whole(2000) / 1000 - 1) }
  if (to === 'csv') return { payload: { number, name: 'bed' } }
  const side = () => 16 + whole(to === 'gif' ? 60 : 1200)
  const background = { r: whole(255), g: whole(255), b: whole(255) }
  return {
    payload: await sharp({ create: { width: side(), height: side(), channels: 3, background } })
      .jpeg()
      .toBuffer(),
  }
}

async function lookAt(server: Tortured, began: number): Promise<Seen> {
  const { heap, external, resident, descriptors, handles, children } = await server.look()
  return {
    hours: (performance.now() - began) / 3.6e6,
    used: (heap + external) / 1e6,
    resident: resident / 1e6,
    lanes: children.reduce((sum, id) => sum + residentOf(id), 0),
    ...{ descriptors, handles },
  }
}

/** Megabytes; 0 for a process that has ended. */
function residentOf(id: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
