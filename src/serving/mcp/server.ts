import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Endpoint } from '../endpoint'
import { allowOrigin, bearer, checkToken } from '../http/access'
import { parseJson, readBody } from '../http/body'
import { sendError } from '../http/reply'
import { type PublishedModel, readInputs, type WireAnswer, writeOutputs } from '../published'
import { asRequestError, RequestError } from '../request-error'
import { requireShort } from '../require-short'
import { loadSdk } from './sdk'
import { toolSchema } from './tool-schema'

/** A model that is offered to agents. */
export interface ToolModel {
  model: PublishedModel
  /** The token that agents must send. Never empty. */
  token: string
  /** Maximum bytes of a request. */
  limit: number
}

/** Milliseconds for a request to arrive. */
const TIMEOUT = 30_000

/**
 * Models as tools of one MCP server over streamable HTTP, for clients with their tokens. It keeps no state
 * between requests. Queries have the same places and time limits as over other protocols.
 */
export function createToolServer(tools: () => Iterable<ToolModel>, version: string): Endpoint {
  const arriving = { bytes: 0 }
  try {
    loadSdk()
  } catch {} // the error is reported to each request

  async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    allowOrigin(request.headers, { token: 'needed', origins: [] })
    const own = toolsFor([...tools()], bearer(request.headers))
    if (path !== '/') throw new RequestError(404, 'Not found')
    if (request.method !== 'POST') throw new RequestError(405, 'Method not allowed: use POST', undefined, 'POST')
    const limit = Math.max(...[...own.values()].map((tool) => tool.limit))
    const body: unknown = parseJson(await readBody(request, { limit, timeout: TIMEOUT, arriving }))
    requireFewNames(body)
    const { Server, StreamableHTTPServerTransport, CallToolRequestSchema, ListToolsRequestSchema } = loadSdk()
    const server = new Server({ name: 'daisychain', version }, { capabilities: { tools: {} } })
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: [...own].map(([name, { model }]) => ({
        name,
        description: descriptionOf(model),
        inputSchema: toolSchema(model.fields().inputs),
      })),
    }))
    server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) =>
      call(own.get(params.name)?.model, params.name, params.arguments ?? {}, signal),
    )
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true })
    response.once('close', () => {
      void transport.close()
      void server.close()
    })
    await server.connect(transport as Parameters<typeof server.connect>[0])
    await transport.handleRequest(request, response, body)
  }

  return {
    handle(request, response, { path }) {
      answer(request, response, path).catch((error) => sendError(request, response, error))
    },
    upgrade: (_request, socket) =>
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
    close: async () => {},
  }
}

/**
 * Maximum number of names in any object of a request, except in values of the tool's inputs, because the SDK
 * examines each name many times.
 */
const MOST_NAMES = 500

/** @param levels how deep the SDK examines objects @throws RequestError 400 */
function requireFewNames(value: unknown, levels = 8): void {
  if (typeof value !== 'object' || value === null || levels === 0) return
  const entries = Array.isArray(value) ? [] : Object.entries(value)
  if (entries.length > MOST_NAMES)
    throw new RequestError(
      400,
      `An object in the request has ${entries.length} names, but it may have ${MOST_NAMES} at most`,
    )
  for (const [name, inner] of entries) requireFewNames(inner, name === 'arguments' ? 1 : levels - 1)
  if (Array.isArray(value)) for (const inner of value) requireFewNames(inner, levels - 1)
}

/** The models that this token gives access to, by name. @throws RequestError 401 if there are none */
function toolsFor(all: readonly ToolModel[], token: string | undefined): Map<string, ToolModel> {
  const own = new Map<string, ToolModel>()
  for (const tool of all) {
    if (!opens(token, tool)) continue
    const name = tool.model.name.replace(/[^\w-]+/g, '_').slice(0, 56)
    let free = name
    for (let i = 2; own.has(free); i++) free = `${name}_${i}`
    own.set(free, tool)
  }
  if (own.size === 0) checkToken(undefined, { token: 'needed', origins: [] })
  return own
}

function opens(given: string | undefined, { token }: ToolModel): boolean {
  try {
    checkToken(given, { token, origins: [] })
    return token !== ''
  } catch {
    return false
  }
}

function descriptionOf(model: PublishedModel): string {
  const outputs = model.fields().outputs.map(({ name, type }) => `${name} (${type.type})`)
  const gives = outputs.length > 0 ? `Outputs: ${outputs.join(', ')}.` : ''
  return [model.description, gives].filter(Boolean).join('\n')
}

/** Calls a tool. Any error becomes a sentence for the agent. */
async function call(
  model: PublishedModel | undefined,
  name: string,
  given: Record<string, unknown>,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    if (!model) throw new RequestError(404, `There is no tool "${name.slice(0, 60)}" here`)
    model.admit()
    const { outputs } = await model.query(() => readInputs(model.fields().inputs, given), { signal })
    return { content: contentOf(requireShort(await writeOutputs(model.fields().outputs, outputs))) }
  } catch (error) {
    return { isError: true, content: [{ type: 'text', text: asRequestError(error).message }] }
  }
}

/** Pictures and sounds are returned as such, everything else as text. */
function contentOf(answer: WireAnswer): CallToolResult['content'] {
  return Object.entries(answer).map(([name, value]) => {
    const [, kind, subtype, data] =
      (typeof value === 'string' && /^data:(image|audio)\/([\w.+-]+);base64,(.*)$/s.exec(value)) || []
    if (kind !== undefined && data !== undefined)
      return { type: kind as 'image' | 'audio', data, mimeType: `${kind}/${subtype}` }
    return { type: 'text', text: typeof value === 'string' ? value : `${name}: ${JSON.stringify(value)}` }
  })
}
