import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server as HttpServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { Editor } from './support/editor'
import { type FlowEntry, type Server, startNodeRed } from './support/server'
import { nodeRed4, packageFolder } from './support/versions'

const flow = JSON.parse(readFileSync(join(packageFolder, 'examples/15 Serve a chain.json'), 'utf8')) as FlowEntry[]
const [tab] = flow
const idOf = (type: string) => flow.find((node) => node.type === type)?.id ?? ''
const press = { id: 'press', type: 'inject', z: tab?.id, x: 100, y: 300, wires: [[idOf('daisychain-latent')]] }
const more = ['camera', 'images', 'paint', 'onnx', 'serve-in'].map((type, i) => ({
  ...{ id: type, type: `daisychain-${type}`, z: tab?.id, x: 100 + i * 170, y: 400, wires: [[]] },
}))

/**
 * Home Assistant shows an add-on's editor like this: under another host, below a path that Node-RED doesn't
 * know about.
 */
describe('Node-RED behind a path, in two editors', function () {
  this.timeout(180_000)
  const path = '/api/hassio_ingress/k3y'
  let server: Server
  let proxy: HttpServer
  let browser: Borrowed
  let url: string
  before(async function () {
    if (noChromium) this.skip()
    // Flows are also served below their own root, which is tested too.
    server = await startNodeRed(nodeRed4(), [...flow, press, ...more], undefined, {}, undefined, {
      httpAdminRoot: '/edit',
      httpNodeRoot: '/flows',
    })
    proxy = behind(path, `${server.url}/edit`)
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${path}/`
    browser = await borrowBrowser()
  })
  after(async () => {
    await browser?.close()
    proxy?.closeAllConnections()
    proxy?.close()
    await server?.stop()
  })

  it('both show the picture, and all addresses in dialogs work', async () => {
    const editors = await Promise.all([1, 2].map(() => Editor.open(browser, url, '4.1')))
    const missed: string[] = []
    for (const { page } of editors)
      page.on('response', (answer) => {
        if (answer.status() >= 400) missed.push(`${answer.status()} ${answer.url()}`)
      })
    const [first, second] = editors as [Editor, Editor]
    await first.press('press')
    for (const editor of editors) await editor.picture(idOf('daisychain-densedepth')).waitFor()
    for (const { id } of [...more, { id: idOf('daisychain-stylegan') }, { id: idOf('daisychain-latent') }]) {
      await second.edit(id)
      await second.page.waitForLoadState('networkidle')
      await second.cancel()
    }
    await second.edit('serve-in')
    assert.deepEqual([missed, first.errors, second.errors], [[], [], []])
  })

  it('flows are served below their own root', async () => {
    const answer = await fetch(`${server.url}/flows/daisychain/bedrooms/query`, { method: 'POST', body: '{"seed":7}' })
    assert.equal(answer.status, 200)
    assert.equal((await fetch(`${server.url}/daisychain/bedrooms/info`)).status, 404)
  })
})

/** A proxy that serves `target` below a path and under another host name, as ingress controllers do. */
function behind(path: string, target: string): HttpServer {
  const { host, hostname, port, pathname } = new URL(target)
  const at = (url = '') => pathname + url.slice(path.length)
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith(path)) return void outgoing.writeHead(404).end()
    const { method } = incoming
    const headers = { ...incoming.headers, host }
    const passed = request({ hostname, port, path: at(incoming.url), method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  return server.on('upgrade', ({ url, headers }, socket, head) => {
    const passed = connect(Number(port), hostname, () => {
      const lines = Object.entries({ ...headers, host }).map(([name, value]) => `${name}: ${value}`)
      passed.write(`GET ${at(url)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      passed.write(head)
      socket.pipe(passed).pipe(socket)
    })
    for (const [one, other] of [
      [socket, passed],
      [passed, socket],
    ])
      one?.on('error', () => other?.destroy())
  })
}
