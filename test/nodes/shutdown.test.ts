import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { CLOSE_LIMIT } from '../../nodes/models/model-node'
import type { EngineState } from '../../src/engine'
import { isAlive, KINDS, pause, until } from '../engine/support'

const ROOT = resolve(__dirname, '../../..')
/** Rounds of the slow model: about a second, and longer than any test waits. */
const SECONDS = 1500
const FOREVER = 1_000_000

interface Ending {
  code: number | null
  signal: string | null
  out: string
  lane: number | undefined
}

/** A complete Node-RED that gets SIGTERM while a model is running. */
describe('Node-RED ends during a run', function () {
  this.timeout(90_000)
  let folder: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } }).toFile(join(folder, 'a.png'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function terminate(isolation: string, steps: number, closeLimit?: number): Promise<Ending> {
    const port = await freePort()
    const prop = (p: string, vt: string, v: unknown) => ({ p, vt, v: String(v) })
    const place = { z: 'tab', x: 1, y: 1 }
    writeFileSync(
      join(folder, 'flows.json'),
      JSON.stringify([
        { id: 'tab', type: 'tab', label: 'test' },
        { id: 'engine', type: 'daisychain-engine', device: 'cpu', isolation },
        {
          ...place,
          id: 'go',
          type: 'inject',
          once: true,
          onceDelay: 0.1,
          props: [prop('payload', 'str', join(folder, 'a.png')), prop('steps', 'num', steps)],
          wires: [['slow']],
        },
        { ...place, id: 'slow', type: 'daisychain-slow', engine: 'engine', wires: [[]] },
      ]),
    )
    const nodes = JSON.stringify([join(ROOT, 'dist/nodes/engine'), join(ROOT, 'test/fixtures/slow-node')])
    writeFileSync(
      join(folder, 'settings.js'),
      `module.exports = { uiHost: '127.0.0.1', nodesDir: ${nodes}, flowFile: 'flows.json', telemetry: { enabled: false } }`,
    )
    const program = join(ROOT, 'node_modules/node-red/red.js')
    const child = spawn(process.execPath, [program, '-u', folder, '-s', join(folder, 'settings.js'), '-p', `${port}`], {
      env: { ...process.env, ...(closeLimit && { CLOSE_LIMIT: `${closeLimit}` }) },
    })
    let out = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        out += chunk
      })
    const closed = once(child, 'close')
    try {
      let state: EngineState | undefined
      while (!state?.loaded.length || !state.running) {
        assert.equal(child.exitCode, null, out)
        await pause(100)
        const answer = await fetch(`http://127.0.0.1:${port}/daisychain/metrics`).catch(() => null)
        const body = answer?.ok ? ((await answer.json()) as { engines: { state: EngineState }[] }) : null
        state = body?.engines[0]?.state
      }
      child.kill('SIGTERM')
      const [code, signal] = await closed
      return { code, signal, out, lane: state.pid }
    } finally {
      child.kill('SIGKILL')
    }
  }

  for (const isolation of KINDS) {
    it(`lets it end (${isolation})`, async () => {
      const { code, signal, out, lane } = await terminate(isolation, SECONDS)
      assert.deepEqual([code, signal], [0, null], out)
      assert.doesNotMatch(out, /terminate called|\[error\]|Error/)
      if (lane) await until(() => !isAlive(lane))
    })

    it(`gives it up after a while (${isolation})`, async () => {
      assert.equal(CLOSE_LIMIT, 10_000, 'less than the 15 seconds that Node-RED waits')
      const { code, signal, out, lane } = await terminate(isolation, FOREVER, 500)
      assert.match(out, /The run was interrupted, because the flow was redeployed or Node-RED is shutting down/)
      // Only a signal to the whole process ends a thread inside native code.
      assert.deepEqual([code, signal], isolation === 'process' ? [0, null] : [null, 'SIGTERM'], out)
      assert.doesNotMatch(out, /terminate called/)
      if (lane) await until(() => !isAlive(lane))
    })
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
