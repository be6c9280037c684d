import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type FlowEntry = { id: string; type: string; [setting: string]: unknown }

interface Announced {
  event: string
  // biome-ignore lint/suspicious/noExplicitAny: events of Node-RED, of many shapes
  payload: any
}

/** A running Node-RED with this package in it. */
export class Red {
  /** The runtime's announcements since the last deploy began. */
  seen: Announced[] = []
  private readonly ended: Promise<number | null>
  private readonly waiting = new Set<() => void>()

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    this.ended = new Promise((resolve) => child.once('exit', resolve))
    child.on('message', (message: Announced) => {
      this.seen.push(message)
      for (const look of this.waiting) look()
    })
  }

  static async start(flows: FlowEntry[] = [], settings: { adminAuth?: object; lang?: string } = {}): Promise<Red> {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-red-'))
    writeFileSync(join(folder, 'flows.json'), JSON.stringify(flows))
    const args = [folder, JSON.stringify({ lang: 'en-US', ...settings })]
    const red = new Red(fork(join(__dirname, 'red-process.js'), args, { stdio: 'ignore' }), folder)
    await red.until('ready')
    await red.until('flows:started')
    return red
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }
  private port = 0

  /** Waits for the next (or first) announcement of this kind since the last deploy began. */
  async until(
    event: string,
    matches: (payload: Announced['payload']) => boolean = () => true,
  ): Promise<Announced['payload']> {
    const find = () => this.seen.find((one) => one.event === event && matches(one.payload))
    const found = await new Promise<Announced>((resolve, reject) => {
      const look = () => {
        const one = find()
        if (!one) return
        this.waiting.delete(look)
        resolve(one)
      }
      void this.ended.then((code) => reject(new Error(`Node-RED ended with ${code} before ${event}`)))
      this.waiting.add(look)
      look()
    })
    if (event === 'ready') this.port = found.payload
    return found.payload
  }

  async deploy(flows: FlowEntry[], type = 'full'): Promise<void> {
    this.seen = []
    const answer = await fetch(`${this.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Node-RED-Deployment-Type': type },
      body: JSON.stringify(flows),
    })
    if (!answer.ok) throw new Error(`Node-RED refused the flows: ${answer.status}`)
    await this.until('flows:started')
  }

  async stop(): Promise<void> {
    this.child.send('stop')
    await this.ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}
