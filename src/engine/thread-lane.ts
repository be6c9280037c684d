import { join } from 'node:path'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { atExit } from './exit-guard'
import { type Lane, type LaneEvents, receive } from './lane'

const PROGRAM = join(__dirname, 'lane', 'main.js')

/** Milliseconds that Node.js waits at exit for runs in progress, in all lanes together. */
const EXIT_WAIT = 3000

/**
 * Starts a lane in a worker thread. Results needn't be copied back, but if the native library crashes,
 * Node-RED ends too. Tearing down a thread inside native code would abort the whole process, so it is never
 * terminated, and the exit of Node.js waits until flags[0] shows that it has left native code.
 * @param accelerated whether it uses the graphics card
 */
export function startThreadLane(
  events: LaneEvents,
  accelerated: boolean,
): { lane: Lane /** Why it must not use the graphics card, or null. */; noAccelerator: string | null } {
  const flags = new Int32Array(new SharedArrayBuffer(8))
  flags[0] = 1 // until the lane's program is ready
  const worker = new Worker(PROGRAM, { workerData: { flags: flags.buffer }, execArgv: [], env: SHARE_ENV })
  const noAccelerator = accelerated ? claimAccelerator(worker) : null
  const forget = atExit(() => waitFor(flags))
  let how = 'ended'
  let crashed = false
  let isOver = false
  const end = () => {
    if (isOver) return
    isOver = true
    events.ended(how, crashed)
  }
  worker.on('message', (packet) => {
    if (!isOver) receive(packet, events)
  })
  worker.on('error', (error) => {
    how = `failed (${error.message})`
    crashed = true
  })
  worker.on('exit', () => {
    forget()
    if (accelerator === worker) accelerator = null
    end()
  })
  const lane: Lane = {
    pid: undefined,
    send({ body, blocks }) {
      const sent = blocks.map((block) => (isShared(block) ? block : copy(block)))
      worker.postMessage(
        { body, blocks: sent },
        sent.flatMap((block) => (isShared(block) ? [] : [block.buffer as ArrayBuffer])),
      )
    },
    kill() {
      worker.postMessage({ body: { op: 'close' }, blocks: [] })
      worker.unref()
      how = 'was given up'
      end()
    },
    hold: (on) => (on ? worker.ref() : worker.unref()),
  }
  return { lane, noAccelerator }
}

let exitDeadline: number | undefined

/**
 * Waits until a lane has left native code. If that takes too long, Node.js is ended by a signal, which does
 * no harm, whereas an exit would abort.
 */
function waitFor(flags: Int32Array): void {
  Atomics.store(flags, 1, 1)
  exitDeadline ??= performance.now() + EXIT_WAIT
  while (Atomics.load(flags, 0) === 1) {
    const left = exitDeadline - performance.now()
    if (left <= 0) {
      process.removeAllListeners('SIGTERM')
      process.kill(process.pid, 'SIGTERM')
      return
    }
    Atomics.wait(flags, 0, 1, left)
  }
}

/** Whether the block is in memory shared by both threads. */
const isShared = (block: Uint8Array) => block.buffer instanceof SharedArrayBuffer

/** Copies a block, because the caller keeps its data. Overwritten at once, so the memory isn't cleared. */
function copy(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const made = Buffer.allocUnsafeSlow(block.byteLength)
  made.set(block)
  return new Uint8Array(made.buffer)
}

/** The thread that uses the graphics card, until it has ended completely. */
let accelerator: Worker | null = null

/**
 * Null if `worker` may use the graphics card, otherwise the reason why not: two threads of one process that
 * use WebGPU crash it.
 */
function claimAccelerator(worker: Worker): string | null {
  accelerator ??= worker
  return accelerator === worker
    ? null
    : 'Another engine in this process is using the graphics card from a thread: set the isolation of one of them to "process".'
}
