import { base, say } from './data'
import type { Sent } from './inputs/input'

export interface Link {
  id: string
  node: string
  outputs: Record<string, unknown>
}

export interface RunEvents {
  place(place: number, seconds: number): void
  partial(outputs: Record<string, unknown>, progress?: number): void
}

export interface RunResult {
  outputs: Record<string, unknown>
  links?: Link[]
  ms: number
  /** The id of the run in the history. */
  id?: string
  /** The models that made a kept result. */
  models?: string[]
  version?: string
}

/** The error of a run that failed, rather than being cancelled. */
export class RunError extends Error {
  constructor(
    message: string,
    readonly retryAfter?: number,
  ) {
    super(message)
  }
}

/** Runs the chain on the server. Aborting `signal` cancels the run. @throws RunError */
export async function run(
  values: ReadonlyMap<string, Sent>,
  links: boolean,
  signal: AbortSignal,
  on: RunEvents,
): Promise<RunResult> {
  return follow(await send('page/run', bodyOf(values), links, signal), signal, on)
}

/**
 * Repeats a kept run with the same inputs.
 * @throws RunError
 */
export async function runAgain(id: string, links: boolean, signal: AbortSignal, on: RunEvents): Promise<RunResult> {
  return follow(await send(`page/again/${id}`, '', links, signal), signal, on)
}

async function follow(answer: ReadableStream<Uint8Array>, signal: AbortSignal, on: RunEvents): Promise<RunResult> {
  for await (const event of lines(answer, signal)) {
    if (typeof event.place === 'number') on.place(event.place, Number(event.seconds) || 0)
    else if (event.partial) on.partial(event.partial as Record<string, unknown>, event.progress as number | undefined)
    else if (typeof event.error === 'string') throw new RunError(event.error, event.retryAfter as number | undefined)
    else if (event.outputs) return event as unknown as RunResult
  }
  throw new RunError(say('lost'))
}

function bodyOf(values: ReadonlyMap<string, Sent>): FormData | string {
  const form = new FormData()
  for (const [name, value] of values)
    for (const part of Array.isArray(value) ? value : [value]) if (part !== undefined) form.append(name, part)
  // The server can't tell an empty form from a missing one.
  return [...form].length > 0 ? form : '{}'
}

async function send(
  path: string,
  body: FormData | string,
  links: boolean,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  let answer: Response
  try {
    answer = await fetch(`${base}/${path}${links ? '?links=1' : ''}`, { method: 'POST', body, signal })
  } catch (error) {
    if (signal.aborted) throw error
    throw new RunError(say('lost'))
  }
  if (answer.ok && answer.body) return answer.body
  const said = (await answer.json().catch(() => ({}))) as { error?: string }
  throw new RunError(said.error ?? say('lost'), Number(answer.headers.get('retry-after')) || undefined)
}

async function* lines(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader()
  let rest: string[] = []
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      if (signal.aborted) throw error
      return { done: true, value: undefined } as const
    })
    if (done || value === undefined) return
    const parts = value.split('\n')
    // A line with a picture arrives in many pieces. They are joined only once, when the line is complete.
    for (const part of parts.slice(0, -1)) {
      const line = rest.length > 0 ? rest.concat(part).join('') : part
      rest = []
      if (line) yield JSON.parse(line) as Record<string, unknown>
    }
    const last = parts.at(-1)
    if (last) rest.push(last)
  }
}
