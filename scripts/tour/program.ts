import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../../test/browser/support/server'

/** What `npm start` runs, in a home of its own, as on the first start. */
export interface Program {
  url: string
  stop(): Promise<void>
}

/** @throws an error with its output, if it ends before it is ready */
export async function startProgram(): Promise<Program> {
  const home = mkdtempSync(join(tmpdir(), 'daisychain-tour-'))
  const child = spawn(process.execPath, [resolve(__dirname, '../start.js')], {
    env: { ...process.env, NODE_RED_HOME: home, PORT: String(await freePort()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = new Promise<void>((done) => child.once('exit', () => done()))
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
    rmSync(home, { recursive: true, force: true })
  }
  let printed = ''
  const url = await new Promise<string | undefined>((done) => {
    const hear = (data: Buffer) => {
      printed += data
      const address = /http:\/\/[\d.:]+/.exec(printed)?.[0]
      if (address) done(address)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void gone.then(() => done(undefined))
  })
  if (url) return { url, stop }
  await stop()
  throw new Error(printed)
}
