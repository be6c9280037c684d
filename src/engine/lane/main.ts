/** The program of a lane, in a child process (a pipe as descriptor 3, a shared file as 4) or in a worker thread. */
import { writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { setPriority } from 'node:os'
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openFrames } from '../frames'
import type { Packet } from '../protocol'
import { createBuffers } from './buffers'
import { dieWithParent } from './parent-watch'
import { answerRequests } from './serve'

yieldToNodeRed()
if (isMainThread) runInProcess()
else runInThread(parentPort as MessagePort, new Int32Array(workerData.flags))

/** When all cores are busy, Node-RED's thread goes first: its timers then fire some milliseconds earlier, and runs take no longer. */
function yieldToNodeRed(): void {
  // Only Linux gives a thread a priority of its own.
  if (!isMainThread && process.platform !== 'linux') return
  try {
    setPriority(0, 5)
  } catch {
    // Not allowed here; it works without.
  }
}

/** The system then kills this process rather than Node-RED. Only Linux knows the question. */
function goFirstWhenMemoryRunsOut(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch {
    // Not allowed here.
  }
}

function runInProcess(): void {
  process.title = 'daisychain-lane'
  dieWithParent()
  goFirstWhenMemoryRunsOut()
  // The parent decides when to end: a Ctrl-C or a service manager's signal reaches this process too, and must not cut its last run short.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  const pipe = new Socket({ fd: 3, readable: true, writable: true })
  const end = () => process.exit(0)
  pipe.on('close', end) // the parent is gone
  pipe.on('error', end)
  const buffers = createBuffers()
  const send = openFrames(
    pipe,
    process.argv.includes('--shared-file') ? 4 : null,
    (packet) => receive(packet),
    (bytes, index) => buffers(`block ${index}`)(bytes),
  )
  const receive = answerRequests({ send, keepsOutputs: true, enter() {}, leave() {}, end: () => pipe.end() })
}

/** flags[0]: native code may be on the stack; flags[1]: the process is ending. See exit-guard.ts. */
function runInThread(port: MessagePort, flags: Int32Array): void {
  const leave = () => {
    Atomics.store(flags, 0, 0)
    Atomics.notify(flags, 0)
  }
  const enter = () => {
    Atomics.store(flags, 0, 1)
    if (!Atomics.load(flags, 1)) return
    leave()
    throw new Error('Node-RED is shutting down.')
  }
  const send = ({ body, blocks }: Packet) => {
    const owned = blocks.map(withOwnBuffer)
    port.postMessage(
      { body, blocks: owned },
      owned.map((block) => block.buffer),
    )
  }
  const receive = answerRequests({ send, keepsOutputs: false, enter, leave, end: () => port.close() })
  port.on('message', receive)
  leave()
}

/** Only a whole buffer can be handed to another thread. */
function withOwnBuffer(block: Uint8Array): Uint8Array<ArrayBuffer> {
  return block.byteLength === block.buffer.byteLength ? (block as Uint8Array<ArrayBuffer>) : block.slice()
}
