import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Model, Variant } from '../../../src/models'
import { fixture } from '../support'

/** A request, and how many bytes of the file were sent for it. */
export interface Asked {
  path: string
  range?: string
  ifRange?: string
  sent: number
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse, content: Buffer, asked: Asked) => void

/**
 * A file server with programmable behaviour: `next` has one behaviour for each request, and after those it
 * behaves well.
 */
export interface FileServer {
  url: string
  asked: Asked[]
  files: Map<string, Buffer>
  /** The behaviours for the next requests. */
  next: Behaviour[]
  close(): Promise<void>
}

export async function serveFiles(files: Record<string, Buffer>): Promise<FileServer> {
  const state = { asked: [] as Asked[], files: new Map(Object.entries(files)), next: [] as Behaviour[] }
  const server: Server = createServer((request, response) => {
    const { range, 'if-range': ifRange } = request.headers
    const path = request.url ?? ''
    const asked: Asked = { path, sent: 0, ...(range && { range }), ...(ifRange && { ifRange: String(ifRange) }) }
    state.asked.push(asked)
    const content = state.files.get(path)
    if (!content) return void response.writeHead(404).end('no such file')
    const behave = state.next.shift() ?? well
    behave(request, response, content, asked)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...state,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export const etagOf = (content: Buffer) => `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`

/** Responds correctly, with ranges, a tag and the length. */
export const well: Behaviour = (request, response, content, asked) => {
  const from = startOf(request, content)
  const part = content.subarray(from)
  head(response, content, from)
  asked.sent = part.length
  response.end(part)
}

/** Sends `count` bytes, waits until they are in the file `part`, and cuts the connection. */
export const cutAfter =
  (count: number, part: () => string): Behaviour =>
  (request, response, content, asked) => {
    const from = startOf(request, content)
    const bytes = content.subarray(from, from + count)
    head(response, content, from)
    response.flushHeaders()
    asked.sent = bytes.length
    response.write(bytes)
    const timer = setInterval(() => {
      if ((statSync(part(), { throwIfNoEntry: false })?.size ?? 0) < from + count) return
      clearInterval(timer)
      response.destroy()
    }, 5)
    response.on('close', () => clearInterval(timer))
  }

/** Sends `count` bytes, then nothing more. */
export const stallAfter =
  (count: number): Behaviour =>
  (request, response, content, asked) => {
    const from = startOf(request, content)
    head(response, content, from)
    asked.sent = count
    response.write(content.subarray(from, from + count))
  }

/** Ignores ranges and always sends the whole file. */
export const ignoreRanges: Behaviour = (_request, response, content, asked) => {
  response.writeHead(200, { 'content-length': content.length })
  asked.sent = content.length
  response.end(content)
}

export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_request, response) => {
    response.writeHead(status, headers).end()
  }

/** Sends these bytes as if they were the file. */
export const send =
  (content: Buffer, headers: Record<string, string | number> = { 'content-length': content.length }): Behaviour =>
  (_request, response, _content, asked) => {
    asked.sent = content.length
    response.writeHead(200, headers)
    response.end(content)
  }

function startOf({ headers }: IncomingMessage, content: Buffer): number {
  const [, start] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? []
  const condition = headers['if-range']
  return start !== undefined && (condition === undefined || condition === etagOf(content)) ? Number(start) : 0
}

function head(response: ServerResponse, content: Buffer, from: number): void {
  const headers = { etag: etagOf(content), 'accept-ranges': 'bytes', 'content-length': content.length - from }
  if (from === 0) response.writeHead(200, headers)
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` })
}

/** `length` bytes of pseudorandom noise. */
export function bytes(length: number, seed = 1): Buffer {
  let state = seed
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state >>> 24
    }),
  )
}

/** The model "depth" with a variant of these files (path → content), whose addresses start with `base`. */
export function downloadable(base: string, files: Record<string, Buffer>): [Model, Variant] {
  const model = structuredClone(fixture('depth'))
  const { sha256: _, bytes: __, ...first } = model.variants[0] as Variant
  const variant: Variant = {
    ...first,
    id: 'large',
    label: 'Large',
    licence: 'MIT',
    licenceUrl: 'https://example.org/licence',
    file: Object.keys(files)[0] as string,
    files: Object.entries(files).map(([path, content]) => ({
      path,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      url: `${base}/${path}`,
    })),
  }
  model.variants.push(variant)
  return [model, variant]
}
