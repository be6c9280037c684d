import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isForeign } from '../../nodes/shared/foreign-pages'
import { type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'

const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
  'node-red': Record<'nodes' | 'plugins', Record<string, string>>
}
const { nodes, plugins } = manifest['node-red']

/** The page of a phone's camera holds no secret; the rest of it wants the key of its address. */
const WITHOUT_LOGIN: Record<string, number> = {
  'GET /daisychain-camera/:id/page': 200,
  'GET /daisychain-camera/:id/settings': 403,
  'POST /daisychain-camera/:id/frame': 403,
}

/** Every admin route that the package adds, with the permission it asks for: found by loading it all into a stand-in for Node-RED. */
function routes(): Map<string, string | null> {
  const found = new Map<string, string | null>()
  const permissions = new WeakMap<object, string>()
  let isGuarded = false
  const note =
    (method: string) =>
    (path: string, ...handlers: object[]) => {
      const name = `${method} ${path}`
      if (method !== 'GET') assert.ok(isGuarded, `${name} comes after the guard against foreign pages`)
      found.set(name, handlers.map((handler) => permissions.get(handler)).find(Boolean) ?? null)
    }
  const RED = new Proxy(
    {
      settings: {},
      httpAdmin: {
        use: () => {
          isGuarded = true
        },
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

/** Can be called, and has everything. */
function nothing(): unknown {
  return new Proxy(() => {}, { get: (_, name) => (name === Symbol.iterator ? undefined : nothing()) })
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

  it('each asks for a permission of its own, but for the page of a camera', () => {
    assert.ok(all.size >= 25, `${[...all.keys()]}`)
    for (const [route, permission] of all) {
      if (route in WITHOUT_LOGIN) continue
      assert.match(permission ?? 'none', /^(daisychain(-\w+)?\.(read|write)|nodes\.write)$/, route)
      if (!route.startsWith('GET')) assert.match(permission ?? '', /\.write$/, route)
    }
  })

  it('none answers without a login where Node-RED asks for one', async () => {
    for (const route of all.keys()) {
      const [method, path = ''] = route.split(' ')
      const { status } = await fetch(server.url + path.replace(/:\w+/g, 'x'), { method })
      assert.equal(status, WITHOUT_LOGIN[route] ?? 401, route)
    }
  })
})

describe('pages of other servers', () => {
  const plain = { host: '127.0.0.1:1880', 'content-type': 'text/plain' }
  const foreign = (headers: Record<string, string>, method = 'POST') => isForeign({ method, headers })

  it('are refused what they can send without asking', () => {
    assert.ok(foreign({ ...plain, origin: 'http://evil.example' }))
    assert.ok(foreign({ host: plain.host, origin: 'null' }))
    assert.ok(foreign({ ...plain, 'sec-fetch-site': 'cross-site' }))
    assert.ok(foreign({ ...plain, 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:8000' }))
    assert.ok(
      foreign({ host: plain.host, 'content-type': 'multipart/form-data; boundary=x', origin: 'http://evil.example' }),
    )
  })

  it('the editor, behind a proxy too, and programs are not', () => {
    assert.ok(!foreign(plain))
    assert.ok(!foreign({ ...plain, origin: 'http://127.0.0.1:1880' }))
    assert.ok(!foreign({ ...plain, origin: 'https://red.example', 'x-requested-with': 'XMLHttpRequest' }))
    assert.ok(!foreign({ ...plain, 'sec-fetch-site': 'same-origin' }))
    assert.ok(!foreign({ host: plain.host, 'content-type': 'application/json', origin: 'http://other.example' }))
    assert.ok(!foreign({ ...plain, origin: 'http://evil.example' }, 'GET'))
  })
})
