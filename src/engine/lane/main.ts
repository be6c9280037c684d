/** The program of a lane, in a child process (a pipe as descriptor 3, a shared file as 4) or in a worker thread. */
import { Socket } from 'node:net'
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openFrames } from '../frames'
import type { Packet } from '../protocol'
import { serve } from './serve'

if (isMainThread) runInProcess()
else runInThread(parentPort as MessagePort, new Int32Array(workerData.flags))

function runInProcess(): void {
  process.title = 'daisychain-lane'
  // The parent decides when to end: a Ctrl-C or a service manager's signal reaches this process too, and must not cut its last run short.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  const pipe = new Socket({ fd: 3, readable: true, writable: true })
  const end = () => process.exit(0)
  pipe.on('close', end) // the parent is gone
  pipe.on('error', end)
  const send = openFrames(pipe, process.argv.includes('--shared-file') ? 4 : null, (packet) => receive(packet))
  const receive = serve({ send, enter() {}, leave() {}, end: () => pipe.end() })
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
    throw new Error('Node-RED is ending.')
  }
  const send = ({ body, blocks }: Packet) => {
    const owned = blocks.map(withOwnBuffer)
    port.postMessage(
      { body, blocks: owned },
      owned.map((block) => block.buffer),
    )
  }
  const receive = serve({ send, enter, leave, end: () => port.close() })
  port.on('message', receive)
  leave()
}

/** Only a whole buffer can be handed to another thread. */
function withOwnBuffer(block: Uint8Array): Uint8Array<ArrayBuffer> {
  return block.byteLength === block.buffer.byteLength ? (block as Uint8Array<ArrayBuffer>) : block.slice()
}
