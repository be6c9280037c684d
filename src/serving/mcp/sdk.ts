import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { RequestError } from '../request-error'

/** The part of the official SDK that is used here. */
export interface Sdk {
  Server: typeof Server
  StreamableHTTPServerTransport: typeof StreamableHTTPServerTransport
  CallToolRequestSchema: typeof CallToolRequestSchema
  ListToolsRequestSchema: typeof ListToolsRequestSchema
}

const NAME = '@modelcontextprotocol/sdk'

/**
 * Loads the SDK on first use, because few users have it and loading takes a while.
 * @throws RequestError 501
 */
export function loadSdk(load: (module: string) => unknown = require): Sdk {
  try {
    return Object.assign(
      {},
      ...['server/index.js', 'server/streamableHttp.js', 'types.js'].map((file) => load(`${NAME}/${file}`)),
    )
  } catch {
    throw new RequestError(
      501,
      `Agents need the package ${NAME}, which is not installed: run "npm install ${NAME}" in Node-RED's user directory (usually ~/.node-red) and restart Node-RED`,
    )
  }
}
