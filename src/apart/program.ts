import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'

/** An error as it is passed between threads. */
export interface Told {
  name: string
  message: string
  code?: string
}

/** To a thread: what to do, or the answer to what it asked. From a thread: the result, or a question. */
export type ToThread = { call: string; args: unknown[] } | { answer: Outcome }
export type FromThread = Outcome | { ask: string; args: unknown[] }
export type Outcome = { ok: unknown } | { error: Told }

// biome-ignore lint/suspicious/noExplicitAny: each takes what its caller gives
type Functions = Record<string, (...args: any[]) => unknown>

/** Asks Node-RED's thread for something that a task needs. @throws what that throws */
export type Ask = <T>(name: string, ...args: unknown[]) => Promise<T>

/** The program of a thread: calls the requested functions, one at a time. */
export function serveThread(make: (ask: Ask) => Functions): void {
  const port = parentPort
  if (!port) throw new Error('This program must run in a thread.')
  yieldToNodeRed()
  let settle: (outcome: Outcome) => void = () => {}
  const ask = async <T>(name: string, ...args: unknown[]): Promise<T> => {
    const outcome = await new Promise<Outcome>((resolve) => {
      settle = resolve
      port.postMessage({ ask: name, args } satisfies FromThread)
    })
    if ('error' in outcome) throw revive(outcome.error)
    return outcome.ok as T
  }
  const functions = make(ask)
  port.on('message', async (message: ToThread) => {
    if ('answer' in message) return settle(message.answer)
    try {
      const ok = await functions[message.call]?.(...message.args)
      port.postMessage({ ok } satisfies FromThread)
    } catch (error) {
      port.postMessage({ error: tell(error) } satisfies FromThread)
    }
  })
}

export function tell(error: unknown): Told {
  const { name = 'Error', message = String(error), code } = (error ?? {}) as Partial<Told>
  return { name, message, ...(code !== undefined && { code }) }
}

/** The same error, without its class. */
export function revive({ name, message, code }: Told): Error {
  return Object.assign(new Error(message), { name, ...(code !== undefined && { code }) })
}

/** When all cores are busy, Node-RED's thread goes first. Only Linux gives a thread its own priority. */
function yieldToNodeRed(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, 5)
  } catch {
    // Not allowed here; it works without.
  }
}
