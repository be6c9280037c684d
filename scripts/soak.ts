/**
 * `npm run soak [-- --runs N --loads N --kills N --isolation process|thread --json FILE]`: what an
 * installation goes through in a day, without the waiting: many runs by several callers, models loaded and
 * released, lanes killed and hung. Exits with 0 if every run ended as it should and memory stayed within the
 * bounds.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEngine, EngineError, type PixelFeed, type PixelFetch, type TensorFeed } from '../src/engine'

/**
 * How many more megabytes may be in use at the end than after the first tenth: the heap and buffers here, and
 * the whole lane.
 */
export const BOUND = { own: 16, lane: 96 }
/** Callers at the same time, as many as a busy flow has nodes. */
const CALLERS = 4
const SIDE = 64
const FIXTURES = join(__dirname, '..', '..', 'test', 'fixtures', 'onnx')
const FETCH: PixelFetch = { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 }

interface Settings {
  runs: number
  loads: number
  kills: number
  isolation: 'process' | 'thread'
  /** A hung run is abandoned after this many ms; there is one for every ten kills. Default 10 000. */
  timeLimit?: number
  log?: (line: string) => void
}

/** How every run ended. */
interface Count {
  delivered: number
  /** Failed with a sentence about the lane's death, or about the time limit. */
  killed: number
  hung: number
  /** Anything else: must stay 0. */
  wrong: number
}

export async function soak({ runs, loads, kills, isolation, timeLimit = 10_000, log = () => {} }: Settings) {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-soak-'))
  const engine = createEngine({ device: 'cpu', isolation, lanes: 1, timeLimit, log() {} })
  const files = ['one', 'two'].map((name) => {
    copyFileSync(join(FIXTURES, 'negative.onnx'), join(folder, `${name}.onnx`))
    return join(folder, `${name}.onnx`)
  })
  const count: Count = { delivered: 0, killed: 0, hung: 0, wrong: 0 }
  const memory: { own: number; lane: number }[] = []
  let asked = 0
  let loaded = 0
  let killed = 0
  let hangs = 0
  const started = Date.now()

  function judge(error: unknown): void {
    const code = error instanceof EngineError ? error.code : ''
    if (code === 'lane-died') count.killed++
    else if (code === 'time-limit') count.hung++
    else {
      count.wrong++
      console.error(error)
    }
  }

  async function runOnce(number: number, caller: number): Promise<void> {
    const shade = number % 256
    const data = new Uint8Array(SIDE * SIDE * 3).fill(shade)
    const image: PixelFeed = {
      kind: 'pixels',
      data,
      width: SIDE,
      height: SIDE,
      channels: 3,
      layout: 'NCHW',
      scale: 1 / 255,
      offset: 0,
    }
    try {
      const { outputs } = await engine.run(files[number % 2] as string, { image }, { negative: FETCH }, { caller })
      if (outputs.negative.data.every((byte) => byte === 255 - shade)) count.delivered++
      else throw new Error(`Run ${number} gave a wrong picture.`)
    } catch (error) {
      judge(error)
    }
  }

  async function hang(): Promise<void> {
    hangs++
    const x: TensorFeed = { kind: 'tensor', dtype: 'float32', dims: [256, 256], data: new Float32Array(256 * 256) }
    const rounds: TensorFeed = { kind: 'tensor', dtype: 'int64', dims: [], data: BigInt64Array.of(1_000_000n) }
    // A different file each time: the same one would be blocked.
    const file = join(folder, `hang${killed}.onnx`)
    copyFileSync(join(FIXTURES, 'slow.onnx'), file)
    await engine.run(file, { x, count: rounds }, { y: { kind: 'tensor' } }).then(() => count.delivered++, judge)
  }

  async function caller(name: number): Promise<void> {
    while (asked < runs) {
      const number = asked++
      const run = runOnce(number, name)
      const due = (of: number) => Math.floor(((number + 1) * of) / runs)
      if (loaded < due(loads)) {
        loaded++
        await engine.release(files[number % 2] as string).catch(judge)
      }
      if (isolation === 'process' && killed < due(kills)) {
        killed++
        const { pid } = engine.state
        if (killed % 10 === 0) await hang()
        else if (pid) process.kill(pid, 'SIGKILL')
      }
      await run
      if (number % Math.ceil(runs / 100) === 0) note(number)
    }
  }

  function note(number: number): void {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    const { pid } = engine.state
    memory.push({ own: (heapUsed + external) / 2 ** 20, lane: pid ? residentMegabytes(pid) : 0 })
    if (number % Math.ceil(runs / 10) === 0)
      log(`${number} runs, ${JSON.stringify(count)}, ${sayMemory(memory.at(-1))}`)
  }

  await Promise.all(Array.from({ length: CALLERS }, (_, name) => caller(name)))
  note(runs)
  const { restarts, waiting } = engine.state
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
  // A lane that has just started is small, so the largest of a tenth of all samples counts.
  const tenth = Math.ceil(memory.length / 10)
  const most = (part: typeof memory, of: 'own' | 'lane') => Math.max(...part.map((look) => look[of]))
  const growth = (of: 'own' | 'lane') => most(memory.slice(-tenth), of) - most(memory.slice(0, tenth), of)
  return {
    ...{ runs: asked, loads: loaded, kills: killed, ...count, hangs, restarts, waiting },
    lost: asked + hangs - count.delivered - count.killed - count.hung - count.wrong,
    growth: { own: growth('own'), lane: growth('lane') },
    seconds: (Date.now() - started) / 1000,
  }
}

/** As with --expose-gc. */
const collectGarbage = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

/** Only on Linux; elsewhere 0. */
function residentMegabytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

const sayMemory = (look = { own: 0, lane: 0 }) =>
  `${look.own.toFixed(1)} MB here, ${look.lane.toFixed(0)} MB in the lane`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '2000' },
      loads: { type: 'string', default: '20' },
      kills: { type: 'string', default: '10' },
      isolation: { type: 'string', default: 'process' },
      json: { type: 'string' },
    },
  })
  const result = await soak({
    runs: Number(values.runs),
    loads: Number(values.loads),
    kills: Number(values.kills),
    isolation: values.isolation === 'thread' ? 'thread' : 'process',
    log: console.error,
  })
  console.log(JSON.stringify(result, null, 2))
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
  const { lost, wrong, growth } = result
  const isFine = lost === 0 && wrong === 0 && growth.own <= BOUND.own && growth.lane <= BOUND.lane
  console.log(
    isFine ? 'No run was lost, and memory stayed within its bounds.' : `NOT FINE: bounds ${JSON.stringify(BOUND)} MB`,
  )
  process.exitCode = isFine ? 0 : 1
}

if (require.main === module) void main()
