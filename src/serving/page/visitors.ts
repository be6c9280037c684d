import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { RequestError } from '../request-error'

const COOKIE = 'daisychain'
/** A year, in seconds. */
const COOKIE_AGE = 31_536_000
/** Maximum number of runs of one visitor in progress or in line. */
const MOST_RUNS = 4
/** A whole class may share one address, so an address gets this many times one visitor's limit. */
const VISITORS_PER_ADDRESS = 40
/** Maximum number of visitors whose rate is remembered. */
const MOST_KNOWN = 20_000
const MINUTE = 60_000

/** A person who has opened the page in one browser. */
export interface Visitor {
  /** Known only to that browser. */
  id: string
  /** Sent along unless the browser already has it. */
  cookie?: string
}

interface Pace {
  /** How many runs may start now. It refills over time. */
  left: number
  at: number
  running: number
}

export interface VisitorOptions {
  /** Signs the cookies. They stay valid after a restart as long as it is the same. */
  secret: string
  /** The model's token. A cookie proves that its browser has had it. */
  token: string
  /** Maximum runs per minute for each visitor; 0: no limit. */
  rate: number
}

/** Identifies visitors by a signed cookie, and limits how often each may run the model. */
export class Visitors {
  private readonly paces = new Map<string, Pace>()

  constructor(private readonly options: VisitorOptions) {}

  /** The visitor who sent this request, if its cookie is valid. */
  known({ headers }: IncomingMessage): Visitor | null {
    for (const [, id = '', mac = ''] of (headers.cookie ?? '').matchAll(
      /(?:^|; *)daisychain=([\w-]{22})\.([\w-]{43})(?=;|$)/g,
    ))
      if (timingSafeEqual(Buffer.from(mac), Buffer.from(this.sign(id)))) return { id }
    return null
  }

  /** The known visitor, or a new one. */
  meet(request: IncomingMessage): Visitor {
    const known = this.known(request)
    if (known) return known
    const id = randomBytes(16).toString('base64url')
    return {
      id,
      cookie: `${COOKIE}=${id}.${this.sign(id)}; Path=/; Max-Age=${COOKIE_AGE}; HttpOnly; SameSite=Lax`,
    }
  }

  /**
   * Counts a run.
   * @returns a function to call when it has ended
   * @throws RequestError 429 for too many runs
   */
  begin({ id }: Visitor, address: string): () => void {
    const { rate } = this.options
    const visitor = this.pace(`visitor ${id}`, rate)
    if (visitor.running >= MOST_RUNS)
      throw new RequestError(429, `${MOST_RUNS} of your runs are already running or waiting: wait for one of them`, 2)
    if (rate > 0) {
      const behind = this.pace(`address ${address}`, rate * VISITORS_PER_ADDRESS)
      for (const [pace, limit] of [
        [visitor, rate],
        [behind, rate * VISITORS_PER_ADDRESS],
      ] as const) {
        if (pace.left >= 1) continue
        const seconds = Math.ceil(((1 - pace.left) * 60) / limit)
        throw new RequestError(
          429,
          `Each visitor may run this ${rate} times per minute: try again in ${seconds} s`,
          seconds,
        )
      }
      visitor.left--
      behind.left--
    }
    visitor.running++
    return () => {
      visitor.running--
    }
  }

  private pace(key: string, limit: number): Pace {
    const now = performance.now()
    const pace = this.paces.get(key) ?? { left: limit, at: now, running: 0 }
    pace.left = Math.min(limit, pace.left + ((now - pace.at) * limit) / MINUTE)
    pace.at = now
    // Moves the visitor to the end: those seen longest ago are forgotten first.
    this.paces.delete(key)
    this.paces.set(key, pace)
    for (const [oldest, { running }] of this.paces) {
      if (this.paces.size <= MOST_KNOWN) break
      if (running === 0) this.paces.delete(oldest)
    }
    return pace
  }

  private sign(id: string): string {
    return createHmac('sha256', this.options.secret).update(`${id} ${this.options.token}`).digest('base64url')
  }
}
