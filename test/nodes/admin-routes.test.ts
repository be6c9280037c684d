import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { isForeign } from '../../nodes/shared/foreign-pages'
import { type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'

const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
  'node-red': Record<'nodes' | 'plugins', Record<string, string>>
}
const { nodes, plugins } = manifest['node-red']

/**
 * The pages for a phone's camera, microphone or cues contain no secret; their other routes need the key in
 * the address.
 */
const WITHOUT_LOGIN: Record<string, number> = {
  // For watchdogs, which have no login: it only says whether models run.
  'GET /daisychain/health': 200,
  'GET /daisychain-camera/:id/page': 200,
  'GET /daisychain-audio/:id/page': 200,
  'GET /daisychain-cue/:id/page': 200,
  'GET /daisychain-camera/:id/settings': 403,
  'GET /daisychain-audio/:id/settings': 403,
  'GET /daisychain-cue/:id/settings': 403,
  'GET /daisychain-camera/:id/result': 403,
  'GET /daisychain-audio/:id/result': 403,
  'GET /daisychain-cue/:id/result': 403,
  'POST /daisychain-camera/:id/frame': 403,
  'POST /daisychain-audio/:id/frame': 403,
  'POST /daisychain-cue/:id/frame': 403,
}

/**
 * Every admin route of the package with its permission, found by loading the whole package into a fake
 * Node-RED.
 */
function routes(): Map<string, string | null> {
  const found = new Map<string, string | null>()
  const permissions = new WeakMap<object, string>()
  const note =
    (method: string) =>
    (path: string, ...handlers: object[]) => {
      const name = `${method} ${path}`
      found.set(name, handlers.map((handler) => permissions.get(handler)).find(Boolean) ?? null)
    }
  const RED = new Proxy(
    {
      settings: {},
      httpAdmin: {
        get: note('GET'),
        post: note('POST'),
        delete: note('DELETE'),
      },
      auth: {
        needsPermission(permission: string) {
          const handler = () => {}
          permissions.set(handler, permission)
          return handler
        },
      },
      plugins: { registerPlugin: (_id: string, plugin: { onadd(): void }) => plugin.onadd(), getByType: () => [] },
    },
    {
      get: (known, name) => (name in known ? known[name as keyof typeof known] : nothing()),
    },
  )
  for (const file of [...Object.values(nodes), ...Object.values(plugins)]) require(join(packageFolder, file))(RED)
  return found
}

/** A fake that can be called, and has every property. */
function nothing(): unknown {
  return new Proxy(() => {}, {
    get: (_, name) => (name === Symbol.iterator ? undefined : nothing()),
    apply: () => nothing(),
  })
}

describe('admin routes', function () {
  this.timeout(60_000)
  const all = routes()
  let server: Server
  before(async () => {
    const users = [{ username: 'viewer', password: '$2b$08$unused', permissions: 'read' }]
    server = await startNodeRed(nodeRed4(), [], undefined, {}, undefined, {
      adminAuth: { type: 'credentials', users },
    })
  })
  after(() => server?.stop())

  it('each require their own permission, except the pages for phones and the address for watchdogs', () => {
    assert.ok(all.size >= 25, `${[...all.keys()]}`)
    for (const [route, permission] of all) {
      if (route in WITHOUT_LOGIN) continue
      assert.match(permission ?? 'none', /^(daisychain(-\w+)?\.(read|write)|nodes\.write)$/, route)
      if (!route.startsWith('GET')) assert.match(permission ?? '', /\.write$/, route)
    }
  })

  it('never respond without a login if Node-RED requires one', async () => {
    for (const route of all.keys()) {
      const [method, path = ''] = route.split(' ')
      const { status } = await fetch(server.url + path.replace(/:\w+/g, 'x'), { method })
      assert.equal(status, WITHOUT_LOGIN[route] ?? 401, route)
    }
  })
})

describe('admin routes, without a login', function () {
  this.timeout(60_000)
  const ids: Record<string, string> = {}
  const flow = ['camera', 'images', 'paint', 'latent', 'remote', 'serve-in', 'serve-out', 'densedepth'].map((name) => {
    ids[`daisychain-${name}`] = name
    const settings = { source: name === 'camera' ? 'browser' : 'upload', url: 'http://127.0.0.1:1' }
    return {
      id: name,
      z: 'tab',
      type: `daisychain-${name}`,
      wires: name === 'serve-in' ? [['serve-out']] : [],
      ...settings,
    }
  })
  let server: Server
  let headers: Record<string, string>
  before(async () => {
    server = await startNodeRed(nodeRed4(), [{ id: 'tab', type: 'tab' }, ...flow])
    const answer = await fetch(`${server.url}/daisychain-camera/camera/key`, { method: 'POST' })
    headers = { 'x-daisychain-key': ((await answer.json()) as { key: string }).key }
  })
  after(() => server?.stop())

  /** Fills in parameters that lead as far into the handlers as possible. */
  const filled = (path: string) =>
    path
      .replace('/daisychain/characteristics/:type', '/daisychain/characteristics/daisychain-densedepth')
      .replace(':model/:variant', 'densedepth/depth-anything-v2')
      .replace(/^\/(daisychain-[\w-]+)\/:id/, (_, type: string) => `/${type}/${ids[type] ?? 'images'}`)
      .replace(':control', 'start')
      .replace(/:id/, 'images')
      .replace(/:\w+/g, '0')

  const isAlive = async () => (await fetch(`${server.url}/settings`)).ok

  it('refuse requests from other servers’ pages, in any spelling', async () => {
    let count = 0
    for (const [method, path = ''] of [...routes().keys()].map((route) => route.split(' '))) {
      if (method === 'GET') continue
      const plain = filled(path)
      const spellings = [
        plain,
        plain.replace('/d', '/D'),
        plain.replace(/^\/[\w-]+/, (first) => first.toUpperCase()),
        `${plain}/`,
        `${plain}?a=/`,
        plain.replace(
          /\/(\w)(\w*)$/,
          (_, first: string, rest: string) => `/%${first.charCodeAt(0).toString(16)}${rest}`,
        ),
      ]
      for (const spelling of spellings)
        for (const type of ['text/plain', 'text/ping', 'application/csp-report', null]) {
          const from = { origin: 'http://evil.example', ...(type && { 'content-type': type }) }
          const status = await statusOf(server.url + spelling, method as string, { ...headers, ...from })
          assert.ok(
            status === 403 || (status === 404 && spelling.includes('%')),
            `${method} ${spelling} as ${type}: ${status}`,
          )
          count++
        }
    }
    assert.ok(count > 200)
    assert.deepEqual(await (await fetch(`${server.url}/daisychain-images/images/uploads`)).json(), [])
  })

  it('a client that leaves while sending ends only its own request', async () => {
    const { port } = new URL(server.url)
    const others = [
      'POST /daisychain/serve-in/query',
      'POST /daisychain/serve-in/v2/models/serve-in/infer',
      'POST /daisychain/serve-in/socket.io/?EIO=4&transport=polling',
    ]
    for (const route of [...routes().keys(), ...others])
      for (const type of ['application/json', 'application/octet-stream', 'image/jpeg']) {
        const [method, path = ''] = route.split(' ')
        const address = /uploads$/.test(path) ? `${filled(path)}?name=half.jpg` : filled(path)
        const head = [
          `${method} ${address} HTTP/1.1`,
          'Host: x',
          `Content-Type: ${type}`,
          'Content-Length: 1000000',
          `X-Daisychain-Key: ${headers['x-daisychain-key']}`,
        ]
        await leave(Number(port), `${head.join('\r\n')}\r\n\r\n{"half":`)
      }
    await new Promise((resolve) => setTimeout(resolve, 300)) // the work started for them must end too
    assert.ok(await isAlive(), server.output())
    assert.deepEqual(await (await fetch(`${server.url}/daisychain-images/images/uploads`)).json(), [], 'no half file')
    assert.doesNotMatch(server.output(), /Something went wrong|Unhandled|TypeError/)
  })

  it('uploads that can’t be removed are reported', async () => {
    // A file in place of the folder stops even root.
    const folder = join(server.folder, 'daisychain', 'uploads')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(join(server.folder, 'daisychain'), { recursive: true })
    writeFileSync(folder, '')
    const answer = await fetch(`${server.url}/daisychain-images/images/uploads/`, { method: 'DELETE' })
    rmSync(folder)
    assert.equal(answer.status, 400)
    assert.match(((await answer.json()) as { message: string }).message, /^The uploads folder, .*, is not a folder\.$/)
    assert.ok(await isAlive(), server.output())
  })

  it('ids that are names of built-in properties aren’t found', async () => {
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '%5F_proto__', 'a%00b']) {
      for (const path of [`control/${id}/start`, `control/images/${id}`, `control/${id}/${id}`]) {
        const answer = await fetch(`${server.url}/daisychain/${path}`, { method: 'POST' })
        const text = await answer.text()
        assert.ok(answer.status === 404 || answer.status === 400, `${path}: ${answer.status} ${text}`)
        assert.match((JSON.parse(text) as { message: string }).message, /^[^\n]*\.$/)
      }
    }
    const rest = [...routes().keys()].map((route) => route.split(' ')).filter(([, path]) => path?.includes(':'))
    for (const [method, path = ''] of rest) {
      const address = path.replace(/:\w+/g, '__proto__')
      const status = await statusOf(server.url + address, method as string, {
        ...headers,
        'content-type': 'application/json',
      })
      assert.ok(status < 500, `${method} ${address}: ${status}`)
    }
  })
})

async function statusOf(url: string, method: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

/** Sends part of a request, and closes the connection once it has arrived. */
async function leave(port: number, part: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  await new Promise<void>((resolve) => socket.write(part, () => setTimeout(resolve, 10)))
  socket.resetAndDestroy()
}

describe('pages of other servers', () => {
  const plain = { host: '127.0.0.1:1880', 'content-type': 'text/plain' }
  const foreign = (headers: Record<string, string>, method = 'POST') => isForeign({ method, headers })

  it('are refused requests that need no browser permission', () => {
    assert.ok(foreign({ ...plain, origin: 'http://evil.example' }))
    assert.ok(foreign({ host: plain.host, origin: 'null' }))
    assert.ok(foreign({ host: plain.host, 'content-type': 'text/ping', origin: 'http://evil.example' }))
    assert.ok(foreign({ ...plain, 'sec-fetch-site': 'cross-site' }))
    assert.ok(foreign({ ...plain, 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:8000' }))
    assert.ok(
      foreign({ host: plain.host, 'content-type': 'multipart/form-data; boundary=x', origin: 'http://evil.example' }),
    )
  })

  it('don’t include the editor, even behind a proxy, nor programs', () => {
    assert.ok(!foreign(plain))
    assert.ok(!foreign({ ...plain, origin: 'http://127.0.0.1:1880' }))
    assert.ok(!foreign({ ...plain, origin: 'https://red.example', 'x-requested-with': 'XMLHttpRequest' }))
    assert.ok(!foreign({ ...plain, 'sec-fetch-site': 'same-origin' }))
    assert.ok(!foreign({ host: plain.host, 'content-type': 'application/json', origin: 'http://other.example' }))
    assert.ok(!foreign({ ...plain, origin: 'http://evil.example' }, 'GET'))
  })
})
