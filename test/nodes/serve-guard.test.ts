import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isGuarded, mount } from '../../nodes/serve/node-red-http'
import { createEndpoint } from '../../src/serving/index'
import { testModel } from '../serving/support'

const express = require('express') as () => RequestListener & { use(...handlers: unknown[]): void }

/**
 * Users guard Node-RED's HTTP nodes in various ways. The same guards must protect published flows at that
 * address.
 */
describe('a model under Node-RED’s own address', () => {
  const seen: string[] = []
  const guard = (request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => {
    seen.push(request.url ?? '')
    const { key } = request.headers
    if (key === 'right') next()
    else if (key === 'broken') next(new Error('the guard fell over'))
    else response.writeHead(401).end('who are you?')
  }
  const note = (_request: unknown, _response: unknown, next: () => void) => {
    seen.push('second')
    next()
  }

  it('passes all of httpNodeMiddleware first, and nothing bypasses it', async () => {
    const httpNode = express()
    const server = createServer(httpNode)
    const endpoint = createEndpoint({
      model: testModel([], [], () => ({ fine: true })),
      access: { token: '', origins: [] },
      limits: { limit: 1000, timeout: 1000 },
    })
    const settings = { httpNodeRoot: '/', httpNodeMiddleware: [guard, note] }
    const remove = mount({ httpNode, settings, server } as never, '/model', endpoint)
    httpNode.use((_error: unknown, _request: unknown, response: ServerResponse, _next: unknown) => {
      response.writeHead(500).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ask = async (key: string, path = '/model/query') =>
      (await fetch(url + path, { method: 'POST', body: '{}', headers: { key } })).status
    try {
      assert.equal(await ask('wrong'), 401)
      assert.deepEqual(seen.splice(0), ['/model/query'])
      assert.equal(await ask('right'), 200)
      assert.deepEqual(seen.splice(0), ['/model/query', 'second'])
      assert.equal(await ask('broken'), 500)
      assert.equal(await ask('right', '/elsewhere'), 404)
      assert.equal(seen.length, 1, 'what is not ours is left alone')
    } finally {
      remove()
      await endpoint.close()
      server.closeAllConnections()
      server.close()
    }
  })

  it('doesn’t become a socket if a guard checks only plain requests', () => {
    assert.ok(isGuarded({ httpNodeMiddleware: guard }))
    assert.ok(isGuarded({ httpNodeAuth: { user: 'a', pass: 'b' } }))
    assert.ok(!isGuarded({ httpNodeMiddleware: [] }))
  })
})
