import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { type Server, startNodeRed } from '../../test/browser/support/server'
import { nodeRed4 } from '../../test/browser/support/versions'
import type { Calls, Disk } from './failing-disk'
import type { Jump } from './jumping-clock'
import type { End, Look } from './probe'

/** A Node-RED in its own process, with a probe inside. */
export interface Tortured extends Server {
  /** Hands a node a message, and follows it until it ends. @param limit ms */
  send(to: string, msg: object, limit?: number): Promise<End>
  /** The same message `count` times at once. */
  flood(to: string, msg: object, count: number, limit?: number): Promise<Flood>
  look(): Promise<Look>
  /** From now on, counts which code each message reaches; this makes everything slower. */
  cover(): Promise<void>
  /** Makes file calls fail from now on; null: no longer. @returns what has been counted so far */
  disk(disk: Disk | null): Promise<Calls>
  /** Makes its clock, and that of its lanes, jump; 0 sets it right again, and counts its readings. */
  clock(jump: Jump): void
  /** Leaves it this many free descriptors besides the one for a connection; null: all of them. */
  hold(free: number | null): Promise<void>
  /**
   * Downloads a model's file from a server into the store, again if necessary.
   * @returns the sentence it failed with; null if it is there
   */
  download(url: string): Promise<string | null>
  /** The addresses that this package adds to the admin API. */
  addresses(): Promise<{ method: string; path: string }[]>
}

export interface Flood extends Pick<End, 'loop' | 'memory'> {
  ends: Pick<End, 'end' | 'sentence' | 'sent'>[]
}

/** ms a message may take: longer than any node's own limit. */
const LIMIT = 60_000

/**
 * @param env additional environment variables
 * @param node the program that runs Node-RED
 */
export async function startTortured(
  flows: unknown[] = [],
  env: Record<string, string> = {},
  node = process.execPath,
): Promise<Tortured> {
  const around = mkdtempSync(join(tmpdir(), 'daisychain-torture-'))
  const clock = join(around, 'clock.json')
  const preloaded = join(around, 'clock.js')
  writeFileSync(
    preloaded,
    `require(${JSON.stringify(join(__dirname, 'jumping-clock'))}).followClock(${JSON.stringify(clock)})`,
  )
  const options = { ...env, NODE_OPTIONS: `--require ${JSON.stringify(preloaded)}` }
  const server = await startNodeRed({ ...nodeRed4(), node }, flows, undefined, options, putProbe).catch((error) => {
    rmSync(around, { recursive: true, force: true })
    throw error
  })
  const file = join(server.folder, 'message')
  let isHeld = false

  async function post<T>(path: string, body: object, limit: number = LIMIT): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await fetch(`${server.url}/torture/${path}`, {
          method: 'POST',
          // A kept connection may just be closing.
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(limit + 60_000),
        })
        return (await answer.json()) as T
      } catch (error) {
        // Without a free descriptor a connection is refused unread.
        if (!isHeld || tries > 100 || (error as Error).name === 'TimeoutError') throw error
        await new Promise((later) => setTimeout(later, 50))
      }
    }
  }

  async function withMessage<T>(msg: object, use: () => Promise<T>): Promise<T> {
    writeFileSync(file, serialize(msg))
    try {
      return await use()
    } finally {
      rmSync(file, { force: true })
    }
  }

  return {
    ...server,
    send: (to, msg, limit = LIMIT) => withMessage(msg, () => post('send', { to, file, limit }, limit)),
    flood: (to, msg, count, limit = LIMIT) => withMessage(msg, () => post('flood', { to, file, count, limit }, limit)),
    look: () => post('look', {}),
    cover: () => post('cover', {}),
    disk: (disk) => post('disk', disk ?? {}),
    clock(jump) {
      // Written to another name first, so that it is complete whenever it is read.
      writeFileSync(`${clock}.new`, JSON.stringify({ ...jump, written: performance.now() }))
      renameSync(`${clock}.new`, clock)
    },
    async hold(free) {
      if (free !== null) isHeld = true
      await post('hold', { free })
      isHeld = free !== null
    },
    async stop() {
      await server.stop()
      rmSync(around, { recursive: true, force: true })
    },
    download: async (url) => (await post<{ sentence: string | null }>('download', { url })).sentence,
    addresses: () => post('addresses', {}),
  }
}

function putProbe(userDir: string): void {
  mkdirSync(join(userDir, 'nodes'))
  writeFileSync(
    join(userDir, 'nodes', 'probe.js'),
    `module.exports = require(${JSON.stringify(join(__dirname, 'probe'))})`,
  )
  writeFileSync(join(userDir, 'nodes', 'probe.html'), '')
}
