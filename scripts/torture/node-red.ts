import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { type Server, startNodeRed } from '../../test/browser/support/server'
import { nodeRed4 } from '../../test/browser/support/versions'
import type { Calls, Disk } from './failing-disk'
import type { End, Look } from './probe'

/** A Node-RED in its own process with a probe inside. */
export interface Tortured extends Server {
  /** Hands a node a message, and follows it to its end. @param limit ms */
  send(to: string, msg: object, limit?: number): Promise<End>
  /** The same message `count` times at once. */
  flood(to: string, msg: object, count: number, limit?: number): Promise<Flood>
  look(): Promise<Look>
  /** Counts from now on which code each message reaches; all is slower then. */
  cover(): Promise<void>
  /** Lets file calls fail from now on; null: no more. @returns what was counted until now */
  disk(disk: Disk | null): Promise<Calls>
  /** Puts its clock forward, or back, by this many ms. */
  clock(by: number): Promise<void>
  /** Downloads a model's file from a server into the store, or again. @returns the sentence it failed with; null: it is there */
  download(url: string): Promise<string | null>
  /** Those that this package adds to the admin API. */
  addresses(): Promise<{ method: string; path: string }[]>
}

export interface Flood extends Pick<End, 'loop' | 'memory'> {
  ends: Pick<End, 'end' | 'sentence' | 'sent'>[]
}

/** ms a message may take: longer than any node's own limit. */
const LIMIT = 60_000

/** @param env more of the environment */
export async function startTortured(flows: unknown[] = [], env: Record<string, string> = {}): Promise<Tortured> {
  const server = await startNodeRed(nodeRed4(), flows, undefined, env, putProbe)
  const file = join(server.folder, 'message')

  async function post<T>(path: string, body: object, limit: number = LIMIT): Promise<T> {
    const answer = await fetch(`${server.url}/torture/${path}`, {
      method: 'POST',
      // One that is kept may be closed just now.
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(limit + 60_000),
    })
    return (await answer.json()) as T
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
    clock: (by) => post('clock', { by }),
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
