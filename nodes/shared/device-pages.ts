import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { NodeAPI } from 'node-red'
import { languageOf, reachableAddresses, serveEverywhere } from '../../src/serving'
import { adminRoutes } from './admin-routes'
import { secretOf } from './secret'

/** A node with a page that sends what a browser's camera sees, or its microphone hears. */
export interface PageNode {
  type: string
  /** Takes what the page sends. */
  takeFrame(bytes: Buffer): void
  /** What the page should do. */
  readonly page: { readonly [setting: string]: string | number }
  /** The result in the flow, for the page to show; null if there is nothing newer than a given time. */
  result?(since: number): Promise<object | null>
}

/** The pages of one type of node. */
export interface DevicePages {
  /** The node's name after `daisychain-`, and of its locale files. */
  name: string
  /** Where `page.html` and `locales` are. */
  folder: string
}

/** The pages' languages, and the folders of their words. */
const LANGUAGES = { en: 'en-US', de: 'de', ja: 'ja' }
/** The largest picture or sound that a page may send, in bytes. */
const MAX_BYTES = 20 * 2 ** 20

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * The pages: under the editor's address, and on every port that a `serve in` node has opened to the network,
 * for phones.
 */
export function addDevicePages(RED: NodeAPI, pages: DevicePages): void {
  const routes = adminRoutes(RED)
  const root = `/daisychain-${pages.name}`

  routes.post(`${root}/:id/key`, `daisychain-${pages.name}.write`, (request, response) => {
    const id = String(request.params.id)
    if (!nodeOf(RED, pages, id)) return void response.status(404).json({ message: 'Deploy the node first.' })
    const key = keyOf(RED, pages, id)
    const addresses = reachableAddresses().map((address) => `${address}${root}/${encodeURIComponent(id)}/page#${key}`)
    response.json({ key, pages: addresses })
  })

  for (const [method, what] of [
    ['get', 'page'],
    ['get', 'settings'],
    ['get', 'result'],
    ['post', 'frame'],
  ] as const)
    routes[method](`${root}/:id/${what}`, null, (request, response) =>
      answer(RED, pages, `${encodeURIComponent(String(request.params.id))}/${what}`, request, response),
    )

  serveEverywhere(root, (request, response, { path }) => {
    answer(RED, pages, path, request, response).catch(() => response.destroy())
  })
}

/**
 * The key of a node's page. It stays the same across deploys, restarts and power cuts, so that an open page keeps
 * working.
 */
function keyOf(RED: NodeAPI, { name }: DevicePages, id: string): string {
  const { userDir } = RED.settings as { userDir?: string }
  return createHmac('sha256', secretOf(userDir)).update(`${name} ${id}`).digest('hex').slice(0, 32)
}

function nodeOf(RED: NodeAPI, { name }: DevicePages, id: string): PageNode | null {
  const node = RED.nodes.getNode(id) as unknown as PageNode | null
  return node?.type === `daisychain-${name}` ? node : null
}

/**
 * Answers the page that sends a browser's device to a node, `ID/page`, and what it asks for. The page itself contains
 * no secret and needs no login, as it may be open on a phone; sending needs the key, which only users of the editor
 * get.
 */
async function answer(
  RED: NodeAPI,
  pages: DevicePages,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, encoded = '', what] = /^\/?([^/]+)\/(page|settings|result|frame)$/.exec(path) ?? []
  const id = safely(encoded)
  const isRight = what !== undefined && request.method === (what === 'frame' ? 'POST' : 'GET')
  if (!isRight) return end(response, 404)
  if (what === 'page') {
    const language = languageOf(request.headers['accept-language']) as keyof typeof LANGUAGES
    return end(response, 200, pageOf(pages, language), 'text/html; charset=utf-8')
  }
  const node = nodeOf(RED, pages, id)
  if (!node || !isKey(keyOf(RED, pages, id), request.headers['x-daisychain-key'])) {
    await readBody(request, 0)
    return end(response, 403)
  }
  if (what === 'result') {
    const since = Number(new URL(request.url ?? '', 'http://page').searchParams.get('since'))
    const result = await node.result?.(since)
    return result ? end(response, 200, JSON.stringify(result), JSON_TYPE) : end(response, 204)
  }
  if (what === 'frame') {
    const bytes = await readBody(request, MAX_BYTES)
    if (!bytes) return end(response, 413)
    node.takeFrame(bytes)
  }
  end(response, 200, JSON.stringify(node.page), JSON_TYPE)
}

/** The page, in one of its languages. */
function pageOf({ name, folder }: DevicePages, language: keyof typeof LANGUAGES): string {
  const catalogue = join(folder, 'locales', LANGUAGES[language], `${name}.json`)
  const words = JSON.parse(readFileSync(catalogue, 'utf8')) as Record<string, { onPage: object }>
  return readFileSync(join(folder, 'page.html'), 'utf8')
    .replace('lang="en"', `lang="${language}"`)
    .replace('{ TEXTS }', () => JSON.stringify(words[name]?.onPage).replace(/</g, '\\u003c'))
}

function end(response: ServerResponse, status: number, body = '', type = 'text/plain; charset=utf-8'): void {
  const headers = {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept-Language',
  }
  response.writeHead(status, headers).end(body)
}

function isKey(key: string, given: unknown): boolean {
  const [a, b] = [Buffer.from(key), Buffer.from(typeof given === 'string' ? given : '')]
  return a.length === b.length && timingSafeEqual(a, b)
}

/**
 * What was sent; null if that is nothing, or more than `most` bytes. The rest is read, within reason: an early answer
 * would be cut off with the connection, and the page wouldn't see it.
 */
async function readBody(request: IncomingMessage, most: number): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length
    if (length > 2 * MAX_BYTES) break
    if (length <= most) parts.push(part)
  }
  return length > 0 && length <= most ? Buffer.concat(parts) : null
}

function safely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
