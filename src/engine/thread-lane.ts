import { join } from 'node:path'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { atExit } from './exit-guard'
import { type Lane, type LaneEvents, receive } from './lane'

const PROGRAM = join(__dirname, 'lane', 'main.js')

/** Milliseconds that the exit of Node.js waits for a run under way, in all lanes together. */
const EXIT_WAIT = 3000

/**
 * Starts a lane in a worker thread: nothing is copied on the way back, but a crash of the native library takes Node-RED
 * down with it. A thread inside native code must never be torn down, or the whole process aborts. So it is never
 * terminated, and the exit of Node.js waits until flags[0] says that no native code is on its stack.
 *
 * @param accelerated it wants the graphics card
 */
export function startThreadLane(
  events: LaneEvents,
  accelerated: boolean,
): { lane: Lane /** Why it may not use the graphics card, or null. */; noAccelerator: string | null } {
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
 * Waits until no native code is on a lane's stack. If that takes too long, Node.js is ended by a signal, which does no
 * harm: an exit would abort.
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

/** Whether both threads have it already. */
const isShared = (block: Uint8Array) => block.buffer instanceof SharedArrayBuffer

/** The caller keeps its data, so the lane gets a copy. Overwritten at once, so the memory needn't be cleared first. */
function copy(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const made = Buffer.allocUnsafeSlow(block.byteLength)
  made.set(block)
  return new Uint8Array(made.buffer)
}

/** The thread that uses the graphics card, until it has really ended. */
let accelerator: Worker | null = null

/**
 * Null if `worker` may use the graphics card, otherwise why not: two threads of one process that use WebGPU crash it.
 */
function claimAccelerator(worker: Worker): string | null {
  accelerator ??= worker
  return accelerator === worker
    ? null
    : 'Another engine in this process is using the graphics card from a thread: set the isolation of one of them to "process".'
}
