import { randomUUID } from 'node:crypto'
import { RequestError } from './request-error'

/** The output of a node between the two ends of a published flow. */
export interface Link {
  /** The node's id, and its name for people. */
  id: string
  node: string
  /** Values by name. */
  outputs: Record<string, unknown>
}

export interface Answer {
  /** Values by output name. */
  outputs: Record<string, unknown>
  /** In order of arrival; empty unless requested. */
  links: Link[]
  /**
   * True if something was done, such as learning an example, but there is no result: it isn't kept or shown
   * to anyone else.
   */
  isAcknowledgement?: true
}

export interface CallOptions {
  /** Whether the outputs of the nodes in between are kept too. */
  links?: boolean
  /** Called with results before the final one. `progress` is from 0 to 1. */
  partial?: (outputs: Record<string, unknown>, progress?: number) => void
  /** Aborted when the client has left. */
  signal?: AbortSignal
  /** What the query continues: the client's connection, or its sequence of requests. Without it, a query stands alone. */
  continues?: object | undefined
  /**
   * If set, the call waits in line while all places are taken, and this is called with its position: 1 is
   * next, 0 is in progress.
   */
  inLine?: (place: number, seconds: number) => void
}

/** One query in progress. Its messages carry its mark. */
export interface Call {
  readonly mark: string
  readonly keepsLinks: boolean
  readonly links: Link[]
  readonly answer: Promise<Answer>
  partial(outputs: Record<string, unknown>, progress?: number): void
  succeed(outputs: Record<string, unknown>): void
  /** Ends the call if something was done but there is no result. */
  acknowledge(values: Record<string, unknown>): void
  fail(error: RequestError): void
}

export interface CallLimits {
  /** Maximum number of queries in progress at once. */
  places: number
  /** Milliseconds until the result must be there. */
  timeout: number
}

/** Maximum number of links, which are kept in memory until the response is sent. */
const MOST_LINKS = 100
/** Maximum number of calls waiting in line. */
const LONGEST_LINE = 200

/** Clients waiting in line are updated at most this often. */
const TELL_EVERY_MS = 200

interface Waiting {
  options: CallOptions
  go(call: Call): void
  giveUp(error: RequestError): void
}

/**
 * The queries in progress, at most as many as there are places, each with a time limit and identified by its
 * mark.
 */
export class Calls {
  private readonly running = new Map<string, Call>()
  private line: Waiting[] = []
  private telling: NodeJS.Timeout | null = null
  /** Messages that have reached the end without a mark since the start. */
  private unmarked = 0
  /** Moving average of the duration of a call, in milliseconds. */
  private typical = 1000

  constructor(private readonly limits: CallLimits) {}

  get count(): number {
    return this.running.size
  }

  /** The number of calls waiting in line. */
  get waiting(): number {
    return this.line.length
  }

  get keepsLinks(): boolean {
    for (const call of this.running.values()) if (call.keepsLinks) return true
    return false
  }

  find(mark: unknown): Call | undefined {
    return typeof mark === 'string' ? this.running.get(mark) : undefined
  }

  noteUnmarked(): void {
    this.unmarked++
  }

  /** @throws RequestError 503 when all places are taken */
  admit(): void {
    if (this.running.size >= this.limits.places || this.line.length > 0) throw this.overload()
  }

  /** @throws RequestError 503 when all places are taken */
  begin(options: CallOptions = {}): Call {
    this.admit()
    return this.start(options)
  }

  /**
   * Starts as soon as there is a place, in order of arrival.
   * @throws RequestError 499 if the client leaves, 503
   */
  async beginInTurn(options: CallOptions): Promise<Call> {
    if (this.running.size < this.limits.places && this.line.length === 0) return this.start(options)
    if (this.line.length >= LONGEST_LINE) throw this.overload()
    const { signal } = options
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.line = this.line.filter((one) => one !== waiting)
        reject(new RequestError(499, 'The client disconnected before its turn came'))
        this.tellLine()
      }
      const waiting: Waiting = {
        options,
        go(call) {
          signal?.removeEventListener('abort', leave)
          options.inLine?.(0, 0)
          resolve(call)
        },
        giveUp(error) {
          signal?.removeEventListener('abort', leave)
          reject(error)
        },
      }
      if (signal?.aborted) return leave()
      signal?.addEventListener('abort', leave)
      this.line.push(waiting)
      this.tell(waiting, this.line.length)
    })
  }

  private letIn(): void {
    if (this.line.length === 0) return
    while (this.running.size < this.limits.places) {
      const next = this.line.shift()
      if (!next) break
      next.go(this.start(next.options))
    }
    this.tellLine()
  }

  /** Not called for every change: two hundred waiting calls would mean two hundred updates. */
  private tellLine(): void {
    this.telling ??= setTimeout(() => {
      this.telling = null
      this.line.forEach((waiting, i) => {
        this.tell(waiting, i + 1)
      })
    }, TELL_EVERY_MS).unref()
  }

  private tell({ options }: Waiting, place: number): void {
    options.inLine?.(place, Math.ceil((Math.ceil(place / this.limits.places) * this.typical) / 1000))
  }

  private start({ links = false, partial, signal }: CallOptions): Call {
    const mark = randomUUID()
    const started = performance.now()
    const unmarkedBefore = this.unmarked
    let resolve: (answer: Answer) => void = () => {}
    let reject: (error: RequestError) => void = () => {}
    const answer = new Promise<Answer>((...settle) => {
      ;[resolve, reject] = settle
    })
    answer.catch(() => {}) // the caller may have left

    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
      const isEnded = this.running.delete(mark)
      if (isEnded) this.letIn()
      return isEnded
    }
    const succeed = (answer: Omit<Answer, 'links'>) => {
      if (!end()) return
      this.typical += (performance.now() - started - this.typical) / 4
      resolve({ ...answer, links: call.links.slice(0, MOST_LINKS) })
    }
    const call: Call = {
      mark,
      keepsLinks: links,
      links: [],
      answer,
      partial: (outputs, progress) => partial?.(outputs, progress),
      succeed: (outputs) => succeed({ outputs }),
      acknowledge: (outputs) => succeed({ outputs, isAcknowledgement: true }),
      fail: (error) => {
        if (end()) reject(error)
      },
    }
    const leave = () => call.fail(new RequestError(499, 'The client disconnected before the answer was ready'))
    const timer = setTimeout(() => call.fail(this.late(this.unmarked > unmarkedBefore)), this.limits.timeout)
    this.running.set(mark, call)
    if (signal?.aborted) leave()
    else signal?.addEventListener('abort', leave)
    return call
  }

  /** Ends all calls, because the flows are being stopped. */
  close(): void {
    for (const { giveUp } of this.line.splice(0)) giveUp(this.stopped())
    for (const call of [...this.running.values()]) {
      call.fail(this.stopped())
    }
  }

  private stopped(): RequestError {
    return new RequestError(503, 'The flow was stopped or redeployed: try again', 1)
  }

  private overload(): RequestError {
    const seconds = Math.min(60, Math.max(1, Math.ceil(this.typical / 1000)))
    const { places } = this.limits
    const sentence = `${places === 1 ? 'Another query is' : `${places} queries are`} still running: try again in ${seconds} s`
    return new RequestError(503, sentence, seconds)
  }

  private late(cameUnmarked: boolean): RequestError {
    const seconds = Math.round(this.limits.timeout / 100) / 10
    return new RequestError(
      504,
      cameUnmarked
        ? `No answer came within ${seconds} s. Messages reached "serve out" that don't belong to a query: a node in between makes new messages and must keep msg._query`
        : `No answer came within ${seconds} s: the flow sent nothing to "serve out"`,
    )
  }
}
