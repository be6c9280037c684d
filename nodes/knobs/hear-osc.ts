import { createSocket, type Socket } from 'node:dgram'
import { OscError, type OscValue, readOscPacket, whyClosed } from '../../src/serving/index'
import { ValueError } from '../../src/types'
import type { Listener } from './heard'

export interface OscPlace {
  port: number
  /** Whether other computers may send messages. */
  isOpen: boolean
}

/** Maximum packets read per second. Reading one takes microseconds, but a flood may never end. */
const PACKETS_PER_SECOND = 5000
/** Milliseconds until another attempt to open a port that another program is using. */
const RETRY_MS = 5000

interface Ear {
  listeners: Set<Listener>
  problem: Error | null
  close(): void
}

/** Nodes and dialogs share open ports. */
const ears = new Map<string, Ear>()

/** @returns a function that stops listening */
export function hearOsc({ port, isOpen }: OscPlace, listener: Listener): () => void {
  const host = isOpen ? '0.0.0.0' : '127.0.0.1'
  const key = `${host}:${port}`
  const ear = ears.get(key) ?? openEar(host, port)
  ears.set(key, ear)
  ear.listeners.add(listener)
  if (ear.problem) listener.tell(ear.problem)
  return () => {
    ear.listeners.delete(listener)
    if (ear.listeners.size > 0) return
    ear.close()
    if (ears.get(key) === ear) ears.delete(key)
  }
}

function openEar(host: string, port: number): Ear {
  let socket: Socket | undefined
  let retry: NodeJS.Timeout | undefined
  let second = 0
  let count = 0
  const ear: Ear = {
    listeners: new Set(),
    problem: null,
    close() {
      clearTimeout(retry)
      socket?.close()
      socket = undefined
    },
  }
  open()
  return ear

  function tell(problem: Error | null): void {
    ear.problem = problem
    for (const { tell } of ear.listeners) tell(problem)
  }

  function open(): void {
    const own = createSocket('udp4')
    socket = own
    own.on('error', (error: NodeJS.ErrnoException) => {
      if (socket !== own) return
      tell(new ValueError(`OSC cannot be received: ${whyClosed(error, host, port)}`))
      own.close()
      socket = undefined
      retry = setTimeout(open, RETRY_MS)
    })
    own.on('message', read)
    own.bind(port, host, () => tell(null))
  }

  function read(packet: Buffer): void {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) [second, count] = [now, 0]
    if (++count > PACKETS_PER_SECOND) return
    try {
      for (const { address, args } of readOscPacket(packet)) {
        const values = args.map(plain)
        const value = values.length === 0 ? true : values.length === 1 ? values[0] : values
        for (const { take } of ear.listeners) take({ topic: address, value })
      }
    } catch (error) {
      if (!(error instanceof OscError)) throw error
      const problem = new ValueError(`port ${port} received something that isn't an OSC message: ${error.message}`)
      for (const { tell } of ear.listeners) tell(problem)
    }
  }
}

/** Flows don't support BigInt, so such values are converted. */
function plain(value: OscValue): unknown {
  if (typeof value === 'bigint') return Number(value)
  return Array.isArray(value) ? value.map(plain) : value
}
