/** The server of WebSockets whose clients let others have their turn between two messages, however many came at once. */
export function takesTurns(): typeof import('ws').WebSocketServer {
  // Loaded here: only a published flow needs it, and it takes its time.
  const { WebSocketServer } = require('ws') as typeof import('ws')
  return class extends WebSocketServer {
    constructor(options: import('ws').ServerOptions) {
      super({ ...options, allowSynchronousEvents: false })
    }
  } as typeof WebSocketServer
}
