/**
 * A child process that runs a complete Node-RED with this package, and sends the runtime's announcements to
 * its parent.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'

interface Runtime {
  init(server: object, settings: object): void
  start(): Promise<void>
  stop(): Promise<void>
  httpAdmin: RequestListener
  events: { on(event: string, listener: (payload: unknown) => void): void }
}

const announced = ['flows:started', 'runtime-event', 'node-status', 'comms']

async function main(userDir: string, settings: object): Promise<void> {
  const red = require('node-red') as Runtime
  const server = createServer((request, response) => red.httpAdmin(request, response))
  red.init(server, {
    userDir,
    flowFile: 'flows.json',
    nodesDir: [resolve(__dirname, '../../..')],
    httpAdminRoot: '/',
    credentialSecret: false,
    telemetry: { enabled: false },
    logging: { parent: { level: 'warn', handler: () => (entry: object) => send('log', entry) } },
    ...settings,
  })
  for (const event of announced) red.events.on(event, (payload) => send(event, payload))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  await red.start()
  send('ready', (server.address() as AddressInfo).port)
  process.on('message', async () => {
    await red.stop()
    server.closeAllConnections()
    server.close()
    process.disconnect()
  })
}

function send(event: string, payload: unknown): void {
  const isSmall = event !== 'flows:started'
  process.send?.({ event, payload: isSmall ? JSON.parse(JSON.stringify(payload)) : null })
}

void main(process.argv[2] as string, JSON.parse(process.argv[3] as string))
