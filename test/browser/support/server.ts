import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { typedNodes } from './typed-flow'
import { type NodeRedVersion, packageFolder } from './versions'

/** A Node-RED in a child process, with its own user directory. */
export interface Server {
  url: string
  /** Its user directory. */
  folder: string
  pid: number | undefined
  /** Everything it has printed so far. */
  output(): string
  /** Replaces all flows, as the editor's Deploy does, and waits until they run. */
  /** @param deployment how the editor deploys: `full`, `flows`, `nodes` */
  setFlows(flows: unknown[], deployment?: string): Promise<void>
  getFlows(): Promise<FlowEntry[]>
  /** Resets the user's settings of this package, because all browser tests of one server share them. */
  resetSettings(): Promise<void>
  stop(): Promise<void>
}

export interface FlowEntry {
  id: string
  type: string
  [setting: string]: unknown
}

const startLimit = 180_000

/** @param more additional Node-RED settings */
export async function startNodeRed(
  version: NodeRedVersion,
  flows: unknown[] = [],
  nodesDir = [packageFolder],
  env: Record<string, string> = {},
  prepare: (userDir: string) => void = () => {},
  more: Record<string, unknown> = {},
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-browser-'))
  const port = await freePort()
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flows))
  // Node-RED 5 has no place for its tips, and fails when it tries to show one.
  const user = { editor: { view: { 'view-show-tips': false } } }
  writeFileSync(join(folder, '.config.users.json'), JSON.stringify({ _: user }))
  installTypedNodes(folder)
  prepare(folder)
  writeFileSync(
    join(folder, 'settings.js'),
    `module.exports = ${JSON.stringify({ ...settings(port, nodesDir), ...more }, null, 2)}`,
  )
  const child = spawn(version.node, [version.red, '-u', folder, '-s', join(folder, 'settings.js')], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Puts Node-RED in its own process group, so that its children can be ended with it.
    detached: process.platform !== 'win32',
  })
  const endAll = () => endGroup(child)
  process.once('exit', endAll)
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    await end(child)
    process.off('exit', endAll)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 250 })
  }
  try {
    // The flows may start before the server listens, so wait for both.
    await until(
      () => /Started flows/.test(output) && /Server now running/.test(output),
      child,
      () => output,
    )
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    folder,
    pid: child.pid,
    output: () => output,
    stop,
    getFlows: async () => (await (await fetch(`${url}/flows`)).json()) as FlowEntry[],
    resetSettings: async () => {
      const body = JSON.stringify({ daisychain: { wrongWires: 'warn', previews: true } })
      await fetch(`${url}/settings/user`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    },
    setFlows: async (next, deployment = 'full') => {
      const before = output.length
      const answer = await fetch(`${url}/flows`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'Node-RED-Deployment-Type': deployment },
        body: JSON.stringify(next),
      })
      if (!answer.ok) throw new Error(`Node-RED refused the flows: ${answer.status} ${await answer.text()}`)
      await until(
        () => /Started (modified )?(flows|nodes)/.test(output.slice(before)),
        child,
        () => output,
      )
    },
  }
}

/**
 * Installs them as npm does: lists them in the user directory's package.json and links them into its
 * node_modules.
 */
function installTypedNodes(folder: string): void {
  const name = 'daisychain-test-typed-nodes'
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { [name]: '1.0.0' } }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(typedNodes, join(folder, 'node_modules', name), 'junction')
}

function settings(port: number, nodesDir: string[]) {
  return {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    // Loading Monaco would take half the time of opening the editor, and no test types into it. `npm start`
    // has it.
    editorTheme: { tours: false, palette: { catalogues: [] }, codeEditor: { lib: 'ace' } },
    nodesDir,
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function until(done: () => boolean, child: ChildProcess, output: () => string): Promise<void> {
  const limit = Date.now() + startLimit
  while (!done()) {
    if (child.exitCode !== null) throw new Error(`Node-RED ended with ${child.exitCode}:\n${output()}`)
    if (Date.now() > limit) throw new Error(`Node-RED did not start its flows within three minutes:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await terminate(child)
  // An npm process that Node-RED started would go on, and write into the folder that is about to be removed.
  endGroup(child)
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined || process.platform === 'win32') return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The whole group has already ended.
  }
}

async function terminate(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(force)
}
