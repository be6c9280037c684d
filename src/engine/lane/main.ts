/**
 * The program of a lane, in a child process (a pipe as descriptor 3, a shared file as 4, the engine's store
 * as 5) or in a worker thread.
 */
import { Socket } from 'node:net'
import { setPriority } from 'node:os'
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { readFully, writeFully } from '../file-parts'
import { openFrames } from '../frames'
import type { Packet, Room, Stored } from '../protocol'
import { createBuffers } from './buffers'
import { dieWithParent } from './parent-watch'
import { answerRequests, type LaneHost } from './serve'

yieldToNodeRed()
if (isMainThread) runInProcess()
else runInThread(parentPort as MessagePort, new Int32Array(workerData.flags))

/**
 * Gives Node-RED's thread priority when all cores are busy: its timers then fire some milliseconds earlier,
 * and runs take no longer.
 */
function yieldToNodeRed(): void {
  // Only Linux has priorities for single threads.
  if (!isMainThread && process.platform !== 'linux') return
  try {
    setPriority(0, 5)
  } catch {
    // Not permitted here, and not required.
  }
}

function runInProcess(): void {
  process.title = 'daisychain-lane'
  dieWithParent()
  // The parent decides when to end. Ctrl-C, or a service manager's signal, reaches this process too, but must
  // not interrupt its last run.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  const pipe = new Socket({ fd: 3, readable: true, writable: true })
  const end = () => process.exit(0)
  pipe.on('close', end) // the parent has ended
  pipe.on('error', end)
  const buffers = createBuffers()
  const send = openFrames(
    pipe,
    process.argv.includes('--shared-file') ? 4 : null,
    (packet) => receive(packet),
    (bytes, index) => buffers(`block ${index}`)(bytes),
  )
  const receive = answerRequests({
    send,
    keepsOutputs: true,
    ...(process.argv.includes('--store') && inStore(5, buffers)),
    enter() {},
    leave() {},
    end: () => pipe.end(),
  })
}

/** Stores pictures in a file that outlives this process. */
function inStore(file: number, buffers: ReturnType<typeof createBuffers>): Pick<LaneHost, 'keep' | 'fetch'> {
  return {
    keep(bytes: Uint8Array, room: Room | undefined) {
      if (!room || bytes.byteLength > room.bytes || !writeFully(file, bytes, room.offset)) return undefined
      return { offset: room.offset, bytes: bytes.byteLength }
    },
    fetch({ offset, bytes }: Stored, name: string) {
      const target = new Uint8Array(buffers(`stored ${name}`)(bytes))
      readFully(file, target, offset)
      return target
    },
  }
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
    const owned = blocks.map((block) => (isShared(block) ? block : withOwnBuffer(block)))
    port.postMessage(
      { body, blocks: owned },
      owned.flatMap((block) => (isShared(block) ? [] : [block.buffer as ArrayBuffer])),
    )
  }
  const buffers = createBuffers()
  const receive = answerRequests({ send, keepsOutputs: false, keep: shared, enter, leave, end: () => port.close() })
  port.on('message', ({ body, blocks }: Packet) => {
    // With Node.js 20, ONNX Runtime doesn't accept shared memory.
    const own = (block: Uint8Array, index: number) => {
      const target = new Uint8Array(buffers(`block ${index}`)(block.byteLength))
      target.set(block)
      return target
    }
    receive({ body, blocks: blocks.map((block, index) => (isShared(block) ? own(block, index) : block)) })
  })
  leave()
}

function isShared(block: Uint8Array): boolean {
  return block.buffer instanceof SharedArrayBuffer
}

/** Memory that the other thread can read and pass to the next run without copying. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
  copy.set(bytes)
  return copy
}

/** Only a whole buffer can be transferred to another thread. */
function withOwnBuffer(block: Uint8Array): Uint8Array<ArrayBuffer> {
  return block.byteLength === block.buffer.byteLength ? (block as Uint8Array<ArrayBuffer>) : block.slice()
}
