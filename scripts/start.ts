/**
 * `npm start`: a local Node-RED with this package, and on the first start the example flows as tabs. PORT
 * changes the port (0: any free one), NODE_RED_HOME the directory of flows and settings.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import RED from 'node-red'
import { exampleFlows } from './start/example-flows'

const root = resolve(__dirname, '../..')
const userDir = resolve(process.env.NODE_RED_HOME || join(root, '.node-red'))
const host = '127.0.0.1'

async function start(): Promise<void> {
  const flows = join(userDir, 'flows.json')
  if (!existsSync(flows)) {
    mkdirSync(userDir, { recursive: true })
    writeFileSync(flows, JSON.stringify(exampleFlows(root, `${host}:${port() || 1880}`), null, 2))
  }
  const server = createServer((request, response) => {
    // Addresses that the editor doesn't answer may belong to the flows' own pages.
    RED.httpAdmin(request as never, response as never, () => RED.httpNode(request as never, response as never))
  })
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    nodesDir: [root],
    httpAdminRoot: '/',
    httpNodeRoot: '/',
    // A loop that was running continues after a restart.
    contextStorage: { default: { module: 'localfilesystem' } },
    logging: { console: { level: 'error', metrics: false, audit: false } },
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: {
      tours: false,
      page: { title: 'Daisychain' },
      palette: {
        categories: ['daisychain', 'subflows', 'common', 'function', 'network', 'sequence', 'parser', 'storage'],
      },
    },
  } as never)
  const running = new Promise<void>((resolve) => RED.runtime.events.once('flows:started', () => resolve()))
  server.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'that port is taken; try PORT=1881 npm start' : error.message
    console.error(`Daisychain cannot open http://${host}:${port()}: ${reason}`)
    process.exit(1)
  })
  await RED.start()
  await running
  server.listen(port(), host, () => {
    const { port } = server.address() as AddressInfo
    console.log(`\nDaisychain is ready: open http://${host}:${port} in your browser. Ctrl+C stops it.`)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

function port(): number {
  return Number(process.env.PORT || 1880)
}

async function stop(): Promise<void> {
  await RED.stop()
  process.exit(0)
}

start().catch((error: Error) => {
  console.error(`Daisychain did not start: ${error.message}`)
  process.exit(1)
})
