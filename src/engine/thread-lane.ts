import { join } from 'node:path'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { atExit } from './exit-guard'
import { type Lane, type LaneEvents, receive } from './lane'

const PROGRAM = join(__dirname, 'lane', 'main.js')

/** How long the exit of Node.js waits for a run under way. */
const EXIT_WAIT = 15_000

/**
 * Starts a lane in a worker thread: nothing is copied on the way back, but a crash of the native library takes Node-RED along.
 * A thread inside native code must never be torn down, or the whole process aborts. So it is never terminated, and
 * the exit of Node.js waits until flags[0] says that no native code is on its stack.
 */
export function startThreadLane(events: LaneEvents): Lane {
  const flags = new Int32Array(new SharedArrayBuffer(8))
  flags[0] = 1 // until the lane's program stands
  const worker = new Worker(PROGRAM, { workerData: { flags: flags.buffer }, execArgv: [], env: SHARE_ENV })
  const forget = atExit(() => {
    Atomics.store(flags, 1, 1)
    for (const end = Date.now() + EXIT_WAIT; Atomics.load(flags, 0) === 1 && Date.now() < end; )
      Atomics.wait(flags, 0, 1, 1000)
  })
  let how = 'ended'
  worker.on('message', (packet) => receive(packet, events))
  worker.on('error', (error) => {
    how = `failed (${error.message})`
  })
  worker.on('exit', () => {
    forget()
    events.ended(how)
  })
  return {
    pid: undefined,
    send({ body, blocks }) {
      const copies = blocks.map(copy)
      worker.postMessage(
        { body, blocks: copies },
        copies.map((block) => block.buffer),
      )
    },
    kill() {},
    hold: (on) => (on ? worker.ref() : worker.unref()),
  }
}

/** The caller keeps its data, so the lane gets a copy. Written over at once, so the memory need not be cleared first. */
function copy(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const made = Buffer.allocUnsafeSlow(block.byteLength)
  made.set(block)
  return new Uint8Array(made.buffer)
}

let accelerated: object | null = null

/** Null when `owner` may use the graphics card, else why not: two threads of one process that use WebGPU crash it. */
export function claimAccelerator(owner: object): string | null {
  accelerated ??= owner
  return accelerated === owner
    ? null
    : 'another engine in this process uses the graphics card from a thread; set its isolation to "process"'
}

export function releaseAccelerator(owner: object): void {
  if (accelerated === owner) accelerated = null
}
