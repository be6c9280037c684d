import type { NodeAPI } from 'node-red'
import { createToolServer, type Endpoint, serveEverywhere, type ToolModel } from '../../src/serving/index'
import { mount } from './node-red-http'

const AGENTS_PATH = '/daisychain/mcp'

/** The chains that agents may use, by the id of their `serve in` nodes. */
const offered = new Map<string, ToolModel>()
let server: Endpoint | null = null
let unmount = () => {}

/**
 * Adds a chain as a tool to the one MCP server, which is available under Node-RED's own HTTP root and on
 * every port that a `serve in` node has opened.
 * @returns a function that removes the tool
 * @throws Error whose message is a sentence
 */
export function offerToAgents(RED: NodeAPI, id: string, tool: ToolModel, version: string): () => void {
  server ??= createToolServer(() => offered.values(), version)
  const { handle } = server
  if (offered.size === 0) {
    unmount = RED.settings.httpNodeRoot === false ? () => {} : mount(RED, AGENTS_PATH, server)
    serveEverywhere(AGENTS_PATH, handle)
  }
  offered.set(id, tool)
  return () => {
    // A deploy may have replaced it already.
    if (offered.get(id) === tool) offered.delete(id)
    if (offered.size === 0) unmount()
  }
}
