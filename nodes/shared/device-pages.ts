import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { NodeAPI } from 'node-red'
import { languageOf, reachableAddresses, serveEverywhere } from '../../src/serving'
import { adminRoutes } from './admin-routes'
import { secretOf } from './secret'

/** A node with a page that sends a browser's camera or microphone. */
export interface PageNode {
  type: string
  /** Takes what the page sends. */
  takeFrame(bytes: Buffer): void
  /** Settings for the page. */
  readonly page: { readonly [setting: string]: string | number }
  /** The node's latest result, for the page to show; null if there is none newer than `since`. */
  result?(since: number): Promise<object | null>
}

/** The pages of one type of node. */
export interface DevicePages {
  /** The part of the node's type after `daisychain-`. Its locale files have the same name. */
  name: string
  /** The folder with `page.html` and `locales`. */
  folder: string
}

/** The pages' languages, and the folders of their translations. */
const LANGUAGES = { en: 'en-US', de: 'de', ja: 'ja' }
/** The largest picture or sound that a page may send, in bytes. */
const MAX_BYTES = 20 * 2 ** 20

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Serves the pages at the editor's address and, for phones, on every port that a `serve in` node has opened
 * to the network.
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
 * Answers a page's requests for the page itself (`ID/page`), settings and results, and receives its frames.
 * The page contains no secret and needs no login, as it may be open on a phone. All else needs the key, which
 * only users of the editor get.
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

/** The page in one of its languages. */
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
 * The request's body; null if it is empty or longer than `most` bytes. A longer body is still read, up to a
 * limit: an early response would break the connection, and the page would never see it.
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
