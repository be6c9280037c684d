import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * What a connection does from a certain byte on: it is reset, ends as if everything had been sent, carries
 * nothing more, or carries one byte at a time.
 */
export const BREAKS = ['resets', 'ends', 'hangs', 'drips'] as const

export interface Break {
  how: (typeof BREAKS)[number]
  /** Counted from 1, over all connections. */
  at: number
  /** Whose bytes count: the client's or the server's. */
  of: Side
}

export interface ArmedBreak extends Break {
  /** Whether every connection breaks from then on. */
  stays: boolean
}

export type Side = 'caller' | 'server'

/** A connection to a server on this computer that breaks on request. */
export interface BreakingLine {
  url: string
  /** Sets how the line breaks from now on; null: it carries everything. @returns bytes carried so far */
  arm(next: ArmedBreak | null): Record<Side, number>
  close(): Promise<void>
}

/** How many bytes drip; the others follow at once, so it takes seconds, not minutes. */
const DROPS = 40

export async function breakingLine(server: string): Promise<BreakingLine> {
  const { hostname, port } = new URL(server)
  let armed: ArmedBreak | null = null
  let carried: Record<Side, number> = { caller: 0, server: 0 }
  let isBroken = false
  const open = new Set<Socket>()

  const line = createServer((caller) => {
    const callee = connect(Number(port), hostname)
    carry('caller', caller, callee)
    carry('server', callee, caller)
  })
  line.listen(0, '127.0.0.1')
  await once(line, 'listening')
  return {
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    arm(next) {
      const before = carried
      armed = next
      carried = { caller: 0, server: 0 }
      isBroken = false
      // A client that still holds an earlier connection would not notice the change.
      for (const socket of open) socket.destroy()
      return before
    },
    async close() {
      for (const socket of open) socket.destroy()
      line.close()
      await once(line, 'close')
    },
  }

  function carry(side: Side, from: Socket, to: Socket): void {
    open.add(from)
    let last = Promise.resolve()
    from.on('data', (bytes) => {
      last = last.then(() => pass(side, bytes, from, to))
    })
    from.on('end', () => void last.then(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      void last.then(() => to.destroy())
    })
  }

  async function pass(side: Side, bytes: Buffer, from: Socket, to: Socket): Promise<void> {
    const first = carried[side]
    carried[side] += bytes.length
    const { of, at, how, stays } = armed ?? {}
    const isHere = of === side && at !== undefined && carried[side] >= at && (stays || !isBroken)
    if (!isHere) return void to.write(bytes)
    isBroken = true
    const rest = bytes.subarray(Math.max(0, at - 1 - first))
    to.write(bytes.subarray(0, bytes.length - rest.length))
    if (how === 'hangs') from.pause()
    else if (how === 'resets') to.resetAndDestroy()
    else if (how === 'ends') to.end()
    else await drip(rest, to)
  }
}

async function drip(bytes: Buffer, to: Socket): Promise<void> {
  to.setNoDelay(true)
  for (let i = 0; i < Math.min(DROPS, bytes.length); i++) {
    to.write(bytes.subarray(i, i + 1))
    await new Promise((later) => setTimeout(later, 10))
  }
  if (bytes.length > DROPS) to.write(bytes.subarray(DROPS))
}
