import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { chromiumPath } from './browser'
import { eventually } from './eventually'
import { freePort, startNodeRed } from './server'
import { nodeRed4, packageFolder } from './versions'

/** `models` means the processes that run the models. */
export type Part = 'node-red' | 'browser' | 'models'

/**
 * Node-RED and a browser with the show. Each is restarted when it ends, by the commands in the documentation.
 */
export interface Installation {
  url: string
  /** Node-RED's user directory. */
  folder: string
  /** Kills the part without warning, like a power cut. */
  kill(part: Part): void
  /** The show in the browser that is running now. */
  show(): Promise<Page>
  stop(): Promise<void>
}

/** @param path path of the chain whose show the browser opens */
export async function startInstallation(flows: unknown[], path: string): Promise<Installation> {
  // Start Node-RED once before anything is killed, so that the files of a first start exist.
  const server = await startNodeRed(nodeRed4(), flows)
  const { node, red } = nodeRed4()
  const command = [node, red, '-u', server.folder, '-s', join(server.folder, 'settings.js')]
  process.kill(server.pid as number, 'SIGKILL')
  const nodeRed = forever(`while sleep 1; do ${command.map(quoted).join(' ')}; done`, server.folder)
  const profile = mkdtempSync(join(tmpdir(), 'daisychain-kiosk-'))
  const port = await freePort()
  const kiosk = forever(
    kioskCommand()
      .replaceAll('http://127.0.0.1:1880/daisychain/room', server.url + path)
      .replaceAll('http://127.0.0.1:1880', server.url)
      .replace(
        'chromium --kiosk',
        `${quoted(chromiumPath)} --headless --no-sandbox --disable-gpu --remote-debugging-port=${port} --user-data-dir=${quoted(profile)}`,
      ),
    profile,
  )
  let seen: Browser | undefined
  return {
    url: server.url,
    folder: server.folder,
    kill(part) {
      const pids = part === 'browser' ? pidsOf(profile) : pidsOf(server.folder).filter(isOf(part))
      if (pids.length === 0) throw new Error(`There is no ${part} to be killed.`)
      for (const pid of pids) process.kill(pid, 'SIGKILL')
    },
    async show() {
      let page: Page | undefined
      await eventually(async () => {
        await seen?.close().catch(() => {})
        // A browser that is starting or being killed may accept the connection and never answer.
        seen = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: 5000 })
        page = seen.contexts()[0]?.pages()[0]
        if (!page?.url().startsWith(server.url)) throw new Error('The browser has no show yet.')
      })
      return page as Page
    },
    async stop() {
      await seen?.close().catch(() => {})
      for (const loop of [kiosk, nodeRed]) loop.kill('SIGKILL')
      for (const pid of [...pidsOf(profile), ...pidsOf(server.folder)]) process.kill(pid, 'SIGKILL')
      await eventually(() => rmSync(profile, { recursive: true, force: true }))
      await server.stop()
    },
  }
}

/** The command that the documentation of the show says to run when the computer starts. */
function kioskCommand(): string {
  const text = readFileSync(join(packageFolder, 'docs/served-page.md'), 'utf8')
  const command = /```\n(while [^`]*chromium --kiosk[^`]*)```/.exec(text)?.[1]
  if (!command) throw new Error('The documentation has no command for a screen.')
  return command
}

function forever(script: string, cwd: string): ChildProcess {
  return spawn('sh', ['-c', script], { cwd, stdio: 'ignore' })
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** The part `node-red` includes the processes that run its models. */
function isOf(part: Part): (pid: number) => boolean {
  const isLane = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'daisychain-lane'
  return part === 'models' ? isLane : () => true
}

/**
 * All processes that a loop has started in this folder. Compares their working directories, because a running
 * Node-RED changes its command line.
 */
function pidsOf(folder: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const isHere = /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === folder
      // Leave out the loop itself, which must go on.
      return isHere && !/^(sh|sleep|curl)\n/.test(readFileSync(`/proc/${name}/comm`, 'utf8')) ? [Number(name)] : []
    } catch {
      return [] // the process has just ended
    }
  })
}
