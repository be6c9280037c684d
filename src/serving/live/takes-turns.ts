/**
 * A WebSocket server that lets other work have a turn between a client's messages, however many arrive at
 * once.
 */
export function takesTurns(): typeof import('ws').WebSocketServer {
  // Loaded here because only published flows need it, and loading takes a while.
  const { WebSocketServer } = require('ws') as typeof import('ws')
  return class extends WebSocketServer {
    constructor(options: import('ws').ServerOptions) {
      super({ ...options, allowSynchronousEvents: false })
    }
  } as typeof WebSocketServer
}
