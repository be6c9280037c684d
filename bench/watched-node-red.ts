import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { eventually } from '../test/browser/support/eventually'
import { type Server, startNodeRed } from '../test/browser/support/server'
import { nodeRed4 } from '../test/browser/support/versions'
import type { Turns } from './loop-turns'

/** A Node-RED whose event loop is monitored. */
export interface WatchedNodeRed extends Server {
  /** How late its loop was since the last call. */
  turns(): Promise<Turns>
}

export async function startWatched(flows: unknown[]): Promise<WatchedNodeRed> {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-loop-'))
  const file = join(folder, 'turns')
  const server = await startNodeRed(nodeRed4(), flows, undefined, {
    NODE_OPTIONS: `--require ${resolve(__dirname, 'loop-turns.js')}`,
    DAISYCHAIN_LOOP: file,
  })
  return {
    ...server,
    async turns() {
      rmSync(file, { force: true })
      process.kill(server.pid as number, 'SIGCONT')
      let text = ''
      await eventually(() => {
        text = existsSync(file) ? readFileSync(file, 'utf8') : ''
        if (!text.endsWith('\n')) throw new Error('Node-RED does not say how late its event loop was.')
      })
      return JSON.parse(text) as Turns
    },
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
