import assert from 'node:assert/strict'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import sharp from 'sharp'
import { loadSdk } from '../../src/serving/mcp/sdk'
import { type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4 } from '../browser/support/versions'

const place = { z: 'tab', x: 100, y: 100 }
const chain = (name: string, nodes: object[], settings: object = {}) => [
  { ...place, id: name, type: 'daisychain-serve-in', name, agents: true, wires: [[`${name}-1`]], ...settings },
  ...nodes.map((node, i) => ({ ...place, id: `${name}-${i + 1}`, wires: [[`${name}-${i + 2}`]], ...node })),
  { ...place, id: `${name}-${nodes.length + 1}`, type: 'daisychain-serve-out' },
]
const flows = [
  { id: 'tab', type: 'tab', label: 'test' },
  ...chain(
    'rooms',
    [
      { type: 'daisychain-latent', length: 512 },
      { type: 'daisychain-stylegan', variant: 'mini' },
    ],
    {
      description: 'An imaginary bedroom.',
      credentials: { token: 'secret' },
    },
  ),
  ...chain('grey', [{ type: 'daisychain-adjust', greyscale: true }], { credentials: { token: 'secret' } }),
  ...chain('slow', [{ type: 'delay', pauseType: 'delay', timeout: '4', timeoutUnits: 'seconds' }], {
    ...{ places: 1, credentials: { token: 'secret' } },
  }),
  ...chain('others', [{ type: 'daisychain-adjust' }], { credentials: { token: 'another' } }),
  ...chain('hidden', [{ type: 'daisychain-adjust' }], { agents: false, credentials: { token: 'secret' } }),
  ...chain('bare', [{ type: 'daisychain-adjust' }]),
]

interface Content {
  type: string
  text?: string
  data?: string
  mimeType?: string
}

describe('chains as tools for agents', function () {
  this.timeout(120_000)
  let server: Server
  let client: Client
  const connect = async (token: string) => {
    const client = new Client({ name: 'test', version: '1' })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/daisychain/mcp`), { requestInit })
    await client.connect(transport as Parameters<Client['connect']>[0])
    return client
  }
  const call = async (name: string, input: Record<string, unknown> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: input }, undefined, { timeout: 110_000 })
    return { content: content as Content[], isError }
  }
  before(async () => {
    server = await startNodeRed(nodeRed4())
    // Credentials are sent with a deploy; they aren't in the flow file.
    await server.setFlows(flows)
    client = await connect('secret')
  })
  after(async () => {
    await client?.close()
    await server?.stop()
  })

  it('are one tool each, described by their types, for clients with their token', async () => {
    const { tools } = await client.listTools()
    assert.deepEqual(tools.map(({ name }) => name).sort(), ['grey', 'rooms', 'slow'])
    const rooms = tools.find(({ name }) => name === 'rooms')
    assert.match(rooms?.description ?? '', /^An imaginary bedroom\.\nOutputs: image \(image\)\.$/)
    const { properties, additionalProperties } = (rooms?.inputSchema ?? {}) as Record<string, Record<string, unknown>>
    assert.equal(additionalProperties, false)
    const { description, ...truncation } = (properties?.truncation ?? {}) as Record<string, unknown>
    assert.deepEqual(truncation, { type: 'number', minimum: 0, maximum: 1, default: 0.8 })
    assert.match(description as string, /average/)
    const other = await connect('another')
    assert.deepEqual(
      (await other.listTools()).tools.map(({ name }) => name),
      ['others'],
    )
    await other.close()
    for (const token of ['wrong', '']) await assert.rejects(connect(token), /401|token|nauthorized/)
  })

  it('accept and return pictures', async () => {
    const { content } = await call('rooms', { seed: 7 })
    assert.deepEqual(
      content.map(({ type, mimeType }) => [type, mimeType]),
      [['image', 'image/jpeg']],
    )
    const room = Buffer.from(content[0]?.data ?? '', 'base64')
    assert.equal((await sharp(room).metadata()).width, 128)
    const again = await call('rooms', { seed: 7 })
    assert.equal(again.content[0]?.data, content[0]?.data)
    const grey = await call('grey', { payload: `data:image/jpeg;base64,${room.toString('base64')}` })
    assert.deepEqual(
      grey.content.map(({ type }) => type),
      ['image'],
    )
  })

  it('report errors in a sentence, and limit a looping agent to the common places', async () => {
    for (const [name, input, sentence] of [
      ['rooms', { truncation: 7 }, /truncation.*from 0 to 1/],
      ['rooms', { sed: 7 }, /There is no input "sed" here/],
      ['grey', {}, /Missing input: payload/],
      ['grey', { payload: 'data:image/png;base64,AAAA' }, /image|picture/],
      ['hidden', {}, /There is no tool "hidden" here/],
      ['others', {}, /There is no tool "others" here/],
    ] as const) {
      const { content, isError } = await call(name, input)
      assert.equal(isError, true, name)
      assert.match(content[0]?.text ?? '', sentence)
    }
    const loop = await Promise.all(Array.from({ length: 6 }, () => call('slow', { payload: 'x' })))
    const refused = loop.filter(({ isError }) => isError)
    assert.ok(refused.length >= 3, `${refused.length} of 6`)
    for (const { content } of refused) assert.match(content[0]?.text ?? '', /busy|at the same time|try again/i)
  })

  it('refuse bodies that aren’t JSON-RPC or are too large, other methods and web pages, and require a token', async () => {
    const ask = (method: string, body?: string, more: Record<string, string> = {}) =>
      fetch(`${server.url}/daisychain/mcp`, {
        method,
        headers: {
          ...{ authorization: 'Bearer secret', 'content-type': 'application/json' },
          ...{ accept: 'application/json, text/event-stream', ...more },
        },
        ...(body !== undefined && { body }),
      })
    assert.equal((await ask('POST', 'x')).status, 400)
    assert.equal((await ask('POST', '{}')).status, 400)
    assert.equal((await ask('POST', `"${'x'.repeat(17 * 2 ** 20)}"`)).status, 413)
    assert.equal((await ask('GET')).status, 405)
    assert.equal((await ask('POST', '{}', { origin: 'https://example.com' })).status, 403)
    assert.match(server.output(), /not published: agents need a token/)
  })

  it('aren’t reached by a request with very many names', async () => {
    const names = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`n${i}`, i]))
    for (const params of [names, { name: 'grey', arguments: names }, { name: 'grey', _meta: { a: [names] } }]) {
      const answer = await fetch(`${server.url}/daisychain/mcp`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      })
      assert.deepEqual(
        [answer.status, await answer.json()],
        [400, { error: 'An object in the request has 20000 names, but it may have 500 at most.' }],
      )
    }
    // The value of an input may have any number of names.
    const { isError, content } = await call('grey', { payload: names })
    assert.equal(isError, true)
    assert.match(content[0]?.text ?? '', /^payload must be a picture/)
  })

  it('a sentence says what to install if the SDK is missing', () => {
    const missing = () => {
      throw new Error('Cannot find module')
    }
    assert.throws(() => loadSdk(missing), /run "npm install @modelcontextprotocol\/sdk" in Node-RED's user directory/)
  })
})
