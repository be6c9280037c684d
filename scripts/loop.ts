/**
 * `node dist/scripts/loop.js [--laps 10000]`: plays "Infinite hallucination" in a real Node-RED, as fast as
 * possible, and prints how much memory Node-RED and its lanes hold meanwhile. Exits with 1 if pictures are
 * kept, or memory grows.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import RED from 'node-red'
import { slope } from './torture/slope'

const root = resolve(__dirname, '../..')
/** Laps until caches, pools and compiled code have reached their size. */
const WARM_UP = 0.1
/**
 * What 10 000 laps may add, in MB: a hundredth of what they would add if each kept its picture and its map.
 */
const MOST = 10
/** Laps after which the growth can be judged. */
const ENOUGH = 1000
/** Pictures that messages under way, previews and the like may still hold. */
const HELD = 10

interface Memory {
  lap: number
  seconds: number
  /** MB of values in use after a garbage collection: objects and buffers. */
  used: number
  /** MB resident, of Node-RED and of its lanes. */
  resident: number
  lanes: number
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { laps: { type: 'string', default: '10000' } } })
  const laps = Number(values.laps)
  const userDir = mkdtempSync(join(tmpdir(), 'daisychain-loop-'))
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flow()))
  RED.init(createServer(), {
    userDir,
    flowFile: 'flows.json',
    nodesDir: [root],
    logging: { console: { level: 'error', metrics: false, audit: false } },
    telemetry: { enabled: false, updateNotification: false },
  } as never)
  const collect = collector()
  const began = performance.now()
  const measured: Memory[] = []
  const pictures: WeakRef<object>[] = []
  try {
    await new Promise<void>((done, fail) => {
      const hooks = RED.hooks as unknown as { add(name: string, hook: (event: Delivery) => void): void }
      hooks.add('onReceive', ({ destination: { node }, msg }) => {
        if (node.name === 'errors') fail(new Error(msg.error?.message))
        if (node.name !== 'lap' || !msg.lap || !msg.payload) return
        pictures.push(new WeakRef(msg.payload))
        if (msg.lap % Math.ceil(laps / 20) === 0 || msg.lap === laps) {
          collect()
          measured.push(memory(msg.lap, (performance.now() - began) / 1000))
          console.log(line(measured.at(-1) as Memory))
        }
        if (msg.lap >= laps) done()
      })
      RED.start().catch(fail)
    })
    // What was just examined stays until the current turn is over.
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((later) => setTimeout(later, 50))
      collect()
    }
  } finally {
    await RED.stop()
    rmSync(userDir, { recursive: true, force: true })
  }
  const held = pictures.filter((picture) => picture.deref()).length
  const steady = measured.filter(({ lap }) => lap >= laps * WARM_UP)
  const growth = (of: (each: Memory) => number) => slope(steady.map((each) => [each.lap, of(each)])) * 10_000
  const [used, resident, lanes] = [growth((m) => m.used), growth((m) => m.resident), growth((m) => m.lanes)]
  console.log(`${laps} laps; ${held} of their pictures are still held.`)
  if (laps >= ENOUGH)
    console.log(
      `10 000 laps add ${used.toFixed(1)} MB of values, ${resident.toFixed(1)} MB resident in Node-RED and ` +
        `${lanes.toFixed(1)} MB in its lanes.`,
    )
  process.exit(held > HELD || (laps >= ENOUGH && used > MOST) ? 1 : 0)
}

interface Delivery {
  destination: { node: { name?: string } }
  msg: { lap?: number; payload?: object; error?: { message: string } }
}

/** The example, which starts automatically and doesn't wait between laps. */
function flow(): object[] {
  const nodes = JSON.parse(readFileSync(join(root, 'examples', '05 Infinite hallucination.json'), 'utf8')) as {
    name?: string
  }[]
  const changes: Record<string, object> = { Begin: { once: true }, 'one lap a second': { rate: '1000' } }
  return nodes.map((node) => ({ ...node, ...changes[node.name ?? ''] }))
}

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

function memory(lap: number, seconds: number): Memory {
  const { heapUsed, external, rss } = process.memoryUsage()
  return { lap, seconds, used: (heapUsed + external) / 2 ** 20, resident: rss / 2 ** 20, lanes: lanesMemory() }
}

/** MB resident of this process's child processes; 0 if the system doesn't tell (only Linux does). */
function lanesMemory(): number {
  try {
    const children = readdirSync('/proc/self/task').flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    const sizes = children.map((id) => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1])
    return sizes.reduce((sum, size) => sum + Number(size ?? 0), 0) / 1024
  } catch {
    return 0
  }
}

function line({ lap, seconds, used, resident, lanes }: Memory): string {
  const megabytes = (value: number) => `${value.toFixed(1).padStart(7)} MB`
  return `lap ${String(lap).padStart(6)} ${seconds.toFixed(0).padStart(6)} s  values ${megabytes(used)}  Node-RED ${megabytes(resident)}  lanes ${megabytes(lanes)}`
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
