import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NodeAPI } from 'node-red'
import { languageOf } from '../../src/serving/index'
import { secretOf } from '../shared/secret'
import { cameraPage, type LANGUAGES } from './page'

export interface CameraNode {
  type: string
  /** Takes an encoded picture from the camera page. */
  takeFrame(bytes: Buffer): void
  /** What the page shall do. */
  readonly page: { rate: number; width: number; height: number; name: string }
}

/** The largest picture that the page may send, in bytes. */
const MAX_PICTURE_BYTES = 20 * 2 ** 20

/** The key of a node's page. It stays the same over deploys, restarts and power cuts, so that an open page goes on. */
export function keyOf(RED: NodeAPI, id: string): string {
  const { userDir } = RED.settings as { userDir?: string }
  return createHmac('sha256', secretOf(userDir)).update(`camera ${id}`).digest('hex').slice(0, 32)
}

export function cameraOf(RED: NodeAPI, id: string): CameraNode | null {
  const node = RED.nodes.getNode(id) as unknown as CameraNode | null
  return node?.type === 'daisychain-camera' ? node : null
}

/**
 * Answers the page that sends a browser's camera to a node, `ID/page`, and what it asks for. The page itself holds no secret, and
 * needs no login, as it may be open on a phone; whoever sends pictures needs the key, which only users of the editor get.
 */
export async function answerCamera(
  RED: NodeAPI,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, encoded = '', what] = /^\/?([^/]+)\/(page|settings|frame)$/.exec(path) ?? []
  const id = safely(encoded)
  const isRight = what !== undefined && request.method === (what === 'frame' ? 'POST' : 'GET')
  if (!isRight) return end(response, 404)
  if (what === 'page') {
    const language = languageOf(request.headers['accept-language']) as keyof typeof LANGUAGES
    return end(response, 200, cameraPage(language), 'text/html; charset=utf-8')
  }
  const node = cameraOf(RED, id)
  if (!node || !isKey(keyOf(RED, id), request.headers['x-daisychain-key'])) return end(response, 403)
  if (what === 'frame') {
    const bytes = await readBody(request)
    if (!bytes) return end(response, 413)
    node.takeFrame(bytes)
  }
  end(response, 200, JSON.stringify(node.page), 'application/json; charset=utf-8')
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

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MAX_PICTURE_BYTES) return null
    parts.push(part)
  }
  return length > 0 ? Buffer.concat(parts) : null
}

function safely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
