import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pageLabel } from '../../nodes/serve/page-label'
import { pageWords } from '../../nodes/serve/page-words'
import { helpIn, labelNameIn } from '../../src/models'
import {
  type Answer,
  type CallOptions,
  Calls,
  createEndpoint,
  type Endpoint,
  type Field,
  isOfFlow,
  type LastResult,
  type PageOptions,
  Paths,
  type PublishedModel,
  type ResultListener,
  upgrade,
} from '../../src/serving/index'
import { Image, type PortType } from '../../src/types/index'

/** The model's response to the values of a query; `call` lets it send partial results. */
export type Run = (
  inputs: Record<string, unknown>,
  call: { partial(outputs: Record<string, unknown>, progress?: number): void; signal?: AbortSignal },
) => Promise<Record<string, unknown>> | Record<string, unknown>

export interface TestModel extends PublishedModel {
  calls: Calls
  publish(outputs: Record<string, unknown>): void
}

export function field(name: string, type: PortType, more: Partial<Field> = {}): Field {
  return { name, property: name, type, required: false, help: '', ...more }
}

/** A model whose queries run `run`, with the same places and time limits as a published flow. */
export function testModel(
  inputs: Field[],
  outputs: Field[],
  run: Run,
  { places = 4, timeout = 5000, share = true, name = 'test', command = 'generate' } = {},
): TestModel {
  const calls = new Calls({ places, timeout })
  const listeners = new Set<ResultListener>()
  const result: LastResult = { outputs: null, error: null }
  const model = {
    name,
    description: 'a model for tests',
    command,
    calls,
    startedAt: performance.now(),
    lastQueryAt: null as number | null,
    get last() {
      return share ? result : null
    },
    fields: () => ({ inputs, outputs }),
    listen(listener: ResultListener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish(values: Record<string, unknown>) {
      Object.assign(result, { outputs: values, error: null })
      if (share) for (const listener of listeners) listener.data(values)
    },
    admit: () => calls.admit(),
    async query(read: () => Promise<Record<string, unknown>>, options: CallOptions): Promise<Answer> {
      const call = options.inLine ? await calls.beginInTurn(options) : calls.begin(options)
      model.lastQueryAt = performance.now()
      try {
        const made = read().then((values) => run(values, { partial: call.partial, signal: options.signal }))
        made.then(call.succeed, call.fail)
        const answer = await call.answer
        model.publish(answer.outputs)
        return answer
      } catch (error) {
        if (isOfFlow(error)) {
          result.error = (error as Error).message
          if (share) for (const listener of listeners) listener.error((error as Error).message)
        }
        throw error
      }
    },
  }
  return model
}

export interface Served {
  url: string
  host: string
  port: number
  endpoint: Endpoint
  /** Waits until this many connections are open. */
  connections(count: number): Promise<void>
  close(): Promise<void>
}

interface ServeOptions {
  token?: string
  origins?: string[]
  limit?: number
  timeout?: number
  path?: string
  isLocal?: boolean
  port?: number
  look?: PageOptions
}

/** The appearance of a model's page in tests. */
export function look(more: Partial<PageOptions> = {}): PageOptions {
  return {
    ...{
      title: 'A test',
      color: '',
      picture: '',
      looks: [],
      rate: 0,
      keep: 20,
      folder: null,
      version: '1.2.3',
      secret: 'secret',
    },
    lost: (what, error) => assert.fail(`${what}: ${error}`),
    words: pageWords,
    help: helpIn,
    label: pageLabel,
    labelName: labelNameIn,
    ...more,
  }
}

/** Serves a model on a free port of 127.0.0.1. */
export async function serve(
  model: PublishedModel,
  {
    token = '',
    origins = [] as string[],
    limit = 2 ** 20,
    timeout = 5000,
    path = '',
    isLocal = false,
    port = 0,
    ...more
  }: ServeOptions = {},
): Promise<Served> {
  const endpoint = createEndpoint({ model, access: { token, origins, isLocal }, limits: { limit, timeout }, ...more })
  const paths = new Paths()
  paths.add(path, endpoint)
  const server: Server = createServer((request, response) => {
    const found = paths.find(request.url ?? '/')
    if (found) found.endpoint.handle(request, response, found.target)
    else response.writeHead(404).end()
  })
  server.on('upgrade', (request, socket, head) => {
    if (!upgrade(paths, request.url ?? '/', request, socket, head)) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: opened } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${opened}${path}`,
    host: '127.0.0.1',
    port: opened,
    endpoint,
    async connections(wanted) {
      for (;;) {
        const count = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
        if (count === wanted) return
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async close() {
      await endpoint.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A picture of one colour. */
export function flat(width: number, height: number, color: readonly number[]): Image {
  const data = new Uint8Array(width * height * color.length)
  for (let i = 0; i < data.length; i++) data[i] = color[i % color.length] as number
  return new Image({ width, height, channels: color.length as 1 | 3 | 4, data })
}

/** A promise, and the functions that settle it. */
export function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const answer = await fetch(url, {
    method: 'POST',
    body: text as BodyInit,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
}
