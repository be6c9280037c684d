import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'

/** An error in the form in which threads exchange it. */
export interface Told {
  name: string
  message: string
  code?: string
}

/**
 * Messages to a thread: a call, or the answer to its question. Messages from a thread: a result, or a
 * question.
 */
export type ToThread = { call: string; args: unknown[] } | { answer: Outcome }
export type FromThread = Outcome | { ask: string; args: unknown[] }
export type Outcome = { ok: unknown } | { error: Told }

// biome-ignore lint/suspicious/noExplicitAny: each takes what its caller gives
type Functions = Record<string, (...args: any[]) => unknown>

/** Calls a function that Node-RED's thread offers for the task. @throws any error of that function */
export type Ask = <T>(name: string, ...args: unknown[]) => Promise<T>

/** Runs the program of a thread: calls the requested functions one by one. */
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

/** Restores the error, except for its class. */
export function revive({ name, message, code }: Told): Error {
  return Object.assign(new Error(message), { name, ...(code !== undefined && { code }) })
}

/**
 * Lowers the priority, so that Node-RED's thread comes first when all cores are busy. Only Linux has
 * priorities for single threads.
 */
function yieldToNodeRed(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, 5)
  } catch {
    // Not permitted. Everything still works.
  }
}
