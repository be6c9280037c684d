import { EngineError } from './error'
import type { Answer } from './job'
import { said } from './lane/open-inference-check'
import type { Packet, Request } from './protocol'
import { closedError, withdrawnError } from './sentences'
import type { SubmitOptions, Supervisor } from './supervisor'
import { createTurns } from './turns'
import type { LaneState, ModelInfo, ServerState } from './types'
import { type Waiter, waitInLine } from './wait-in-line'

export interface ServersOptions {
  addresses: readonly string[]
  /** How many runs a server may process at the same time: its number of lanes. */
  each: number
  /** The servers' name for the model of a file. */
  nameOf(path: string): string
  makeLane(address: string): Supervisor
  /** Called with a sentence when a server becomes unavailable, differs from the others, or is back. */
  warn(sentence: string): void
  log(line: string): void
  /** Milliseconds between two checks of an unavailable server. */
  lookEvery?: number
  /** Milliseconds that `close` waits for accepted runs. */
  closeLimit?: number
}

interface Server {
  address: string
  lanes: { lane: Supervisor; busy: number }[]
  underWay: number
  /** Why it isn't used while others are available, and the file whose run showed it. */
  away: { why: string; path: string } | null
  /**
   * File → the server's description of that model, requested again whenever the server was unavailable.
   * `known` once it is known to match the others'.
   */
  described: Map<string, Promise<ModelInfo>>
  known: Map<string, ModelInfo>
  timer?: NodeJS.Timeout
}

interface Job extends Waiter {
  packet: Packet<Request>
  path: string
  options: SubmitOptions
  queued: number
}

/**
 * Distributes runs over equivalent inference servers. A run goes to the server with the fewest runs in
 * progress. If that is unavailable, or returns invalid data, it goes to the next one. An unavailable server
 * is checked until it is back. Each model's inputs and outputs are compared between servers.
 */
export function createServers({
  addresses,
  each,
  nameOf,
  makeLane,
  warn,
  log,
  lookEvery = 2000,
  closeLimit = 10_000,
}: ServersOptions) {
  const servers = addresses.map(
    (address): Server => ({ address, lanes: [], underWay: 0, away: null, described: new Map(), known: new Map() }),
  )
  const waiting = createTurns<Job>()
  let isClosing = false
  let drained = () => {}

  /** The best server that hasn't refused the run yet: available, with the fewest runs in progress. */
  function choose(tried?: ReadonlySet<Server>): Server | undefined {
    const left = servers.filter((server) => !tried?.has(server))
    const there = left.filter(({ away }) => !away)
    return (there.length > 0 ? there : left).reduce<Server | undefined>(
      (best, server) => (best && best.underWay <= server.underWay ? best : server),
      undefined,
    )
  }

  function submit(packet: Packet<Request>, path: string, options: SubmitOptions): Promise<Answer> {
    if (isClosing) return Promise.reject(closedError())
    if (packet.body.op === 'release') return releaseAll(packet, path, options)
    const { caller, signal } = options
    const queued = performance.now()
    return waitInLine(waiting, caller, (waiter) => ({ packet, path, options, queued, ...waiter }), next, signal)
  }

  /** Passes waiting runs to servers with a free place. */
  function next(): void {
    for (let server = choose(); server && server.underWay < each; server = choose()) {
      const job = waiting.take()
      if (!job) break
      const started = performance.now()
      run(job, server).then(
        (answer) => job.resolve({ ...answer, wait: answer.wait + started - job.queued }),
        (error) => job.reject(error),
      )
    }
    if (waiting.size === 0 && servers.every(({ underWay }) => underWay === 0)) drained()
  }

  async function run(job: Job, first: Server): Promise<Answer> {
    const tried = new Set<Server>()
    const refusals: string[] = []
    for (let server: Server | undefined = first; server; server = choose(tried)) {
      tried.add(server)
      try {
        return await runOn(server, job)
      } catch (error) {
        if (!(error instanceof EngineError) || (error.code !== 'server-away' && error.code !== 'server')) throw error
        refusals.push(error.message)
        if (error.code === 'server') break // each server would refuse it
      }
    }
    throw new EngineError(
      'server',
      `The model ${nameOf(job.path)} could not run on the inference server: ${refusals.join('; ')}. Check the addresses, the token and the model's name in the engine's settings.`,
    )
  }

  async function runOn(server: Server, { packet, path, options }: Job): Promise<Answer> {
    server.underWay++
    const place = placeOf(server)
    place.busy++
    try {
      const info = await describe(server, place.lane, path, packet, options)
      if (packet.body.op === 'load') return { ok: info, blocks: [], wait: 0 }
      const answer = await place.lane.submit(packet, path, options)
      isBack(server)
      return answer
    } catch (error) {
      if ((error as EngineError).code === 'server-away') setAway(server, path, (error as EngineError).message)
      throw error
    } finally {
      place.busy--
      server.underWay--
      next()
    }
  }

  function placeOf(server: Server) {
    const idle = server.lanes.find(({ busy }) => busy === 0)
    if (idle) return idle
    if (server.lanes.length < each) {
      const made = { lane: makeLane(server.address), busy: 0 }
      server.lanes.push(made)
      return made
    }
    return server.lanes.reduce((best, place) => (place.busy < best.busy ? place : best))
  }

  /** Compares a server's description of a model with the others'. */
  function describe(
    server: Server,
    lane: Supervisor,
    path: string,
    { body }: Packet<Request>,
    options: SubmitOptions,
  ): Promise<ModelInfo> {
    const asked = server.described.get(path) ?? ask()
    server.described.set(path, asked)
    asked.catch(() => server.described.delete(path))
    return asked

    async function ask(): Promise<ModelInfo> {
      const load = { op: 'load', path, options: 'options' in body ? body.options : {} } as const
      const info = (await lane.submit({ body: load, blocks: [] }, path, { ...options, batch: false })).ok as ModelInfo
      const other = servers.find((one) => one !== server && !one.away && one.known.has(path))
      const unlike = other && unlikeOther(other.known.get(path) as ModelInfo, info)
      if (unlike)
        throw new EngineError(
          'server-away',
          `${server.address} has a different ${nameOf(path)} than ${other.address}: ${unlike}`,
        )
      server.known.set(path, info)
      return info
    }
  }

  /** Requests the server's descriptions of its models again. */
  async function forget(server: Server, path: string): Promise<void> {
    const paths = new Set([path, ...server.described.keys()])
    server.described.clear()
    server.known.clear()
    const releases = server.lanes.flatMap(({ lane }) =>
      [...paths].map((path) => lane.submit({ body: { op: 'release', path }, blocks: [] }, path)),
    )
    await Promise.allSettled(releases)
  }

  function setAway(server: Server, path: string, why: string): void {
    void forget(server, path)
    const isNew = !server.away
    server.away = { why, path }
    if (isNew && servers.length > 1 && !isClosing) {
      warn(`${why}. Messages go to the other inference servers until this is fixed.`)
      look(server)
    }
  }

  /** Checks until the server is back, in the same way as a run would. */
  function look(server: Server): void {
    clearTimeout(server.timer)
    server.timer = setTimeout(async () => {
      const { away } = server
      if (!away || isClosing) return
      if (server.underWay === 0) {
        const load: Packet<Request> = { body: { op: 'load', path: away.path, options: {} }, blocks: [] }
        try {
          await describe(server, placeOf(server).lane, away.path, load, {})
          return isBack(server)
        } catch {
          await forget(server, away.path)
        }
      }
      look(server)
    }, lookEvery).unref()
  }

  function isBack(server: Server): void {
    if (!server.away) return
    server.away = null
    clearTimeout(server.timer)
    if (servers.length > 1) log(`The inference server ${server.address} is back.`)
    next()
  }

  async function releaseAll(packet: Packet<Request>, path: string, options: SubmitOptions): Promise<Answer> {
    for (const { described, known } of servers) {
      described.delete(path)
      known.delete(path)
    }
    await Promise.all(lanesOf().map((lane) => lane.submit(packet, path, options)))
    return { ok: null, blocks: [], wait: 0 }
  }

  placeOf(servers[0] as Server) // creates its lanes, whose state is shown
  const lanesOf = () => servers.flatMap(({ lanes }) => lanes.map(({ lane }) => lane))

  return {
    prepare: () => lanesOf()[0]?.prepare(),
    submit,
    withdraw(caller?: unknown) {
      for (const job of waiting.clear(caller)) job.reject(withdrawnError())
      for (const lane of lanesOf()) lane.withdraw(caller)
    },
    cancel(caller?: unknown) {
      for (const job of waiting.clear(caller)) job.reject(closedError())
      for (const lane of lanesOf()) lane.cancel(caller)
    },
    async close() {
      isClosing = true
      for (const { timer } of servers) clearTimeout(timer)
      let limit: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        drained = resolve
        limit = setTimeout(resolve, closeLimit)
        next()
      })
      clearTimeout(limit)
      for (const job of waiting.clear()) job.reject(closedError())
      return Promise.all(lanesOf().map((lane) => lane.close()))
    },
    get states(): LaneState[] {
      return lanesOf().map(({ state }) => state)
    },
    get waiting(): number {
      return waiting.size
    },
    get servers(): ServerState[] {
      return servers.map(({ address, underWay, away }) => ({ address, underWay, ...(away && { away: away.why }) }))
    },
  }
}

/** Where two descriptions of a model differ, as a clause. */
function unlikeOther(one: ModelInfo, other: ModelInfo): string | undefined {
  for (const list of ['inputs', 'outputs'] as const) {
    const kind = list.slice(0, -1)
    for (const { name, dtype, shape } of one[list]) {
      const there = other[list].find((tensor) => tensor.name === name)
      if (!there) return `it has no ${kind} "${name}"`
      const [own, their] = [said({ type: dtype, shape }), said({ type: there.dtype, shape: there.shape })]
      if (own !== their) return `its ${kind} "${name}" is ${their}, there it is ${own}`
    }
    const more = other[list].find(({ name }) => !one[list].some((tensor) => tensor.name === name))
    if (more) return `it has an additional ${kind} "${more.name}"`
  }
  return undefined
}
