import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { on, once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OSC from 'osc-js'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { createEngine } from '../../src/engine'
import { inspectFile } from '../../src/inspect'
import { freePort, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'
import { fixturesFolder } from '../models/support'

type Node = Record<string, unknown> & { id: string; type: string }

const FUNCTIONS: Record<string, string> = {
  'function that hands on': 'return msg',
  'function that makes a new message': 'return { payload: msg.payload }',
  'function that sends later': 'setTimeout(() => node.send({ payload: msg.payload }), 1); return null',
}

const set = (from: string, to: string) => ({ t: 'set', p: from, pt: 'msg', to, tot: 'msg' })
const change = (...rules: object[]) => [{ type: 'change', rules }]

/** A function that returns its input in a way that the check can't follow. */
const HIDES = 'msg.payload = [msg.payload][0]; return msg'

/** Nodes between the two ends, named by what they do. `query` wraps the text so that it arrives as text. */
const BETWEEN: Record<string, { nodes: object[]; query?: (text: string) => unknown }> = {
  nothing: { nodes: [] },
  'change of something else': { nodes: change({ t: 'set', p: 'note', pt: 'msg', to: 'x', tot: 'str' }) },
  'change there and back': { nodes: change(set('a.b', 'payload'), set('payload', 'a.b')) },
  'change that cuts something off': {
    nodes: change({ t: 'change', p: 'payload', pt: 'msg', from: '#', fromt: 'str', to: '', tot: 'str' }),
    query: (text) => `#${text.replace('/', '/#')}#`,
  },
  ...Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, func]) => [name, { nodes: [{ type: 'function', func, outputs: 1 }] }]),
  ),
  template: {
    nodes: [{ type: 'template', field: 'payload', template: '{{{payload}}}', syntax: 'mustache', output: 'str' }],
  },
  switch: { nodes: [{ type: 'switch', property: 'payload', rules: [{ t: 'nempty' }], outputs: 1 }] },
  'split and join into text': {
    nodes: [
      { type: 'split', arraySplt: 1, arraySpltType: 'len' },
      {
        type: 'join',
        mode: 'custom',
        build: 'string',
        property: 'payload',
        propertyType: 'msg',
        joiner: '/',
        joinerType: 'str',
        count: '3',
      },
    ],
    query: (text) => {
      const [, first = '', second = '', rest = ''] = /^(\/[^/]+)\/([^/]+)\/(.*)$/.exec(text) ?? []
      return [first, second, rest]
    },
  },
  'split of lines': {
    nodes: [
      { type: 'split', splt: '\\n', spltType: 'str' },
      { type: 'switch', property: 'payload', rules: [{ t: 'cont', v: 'secret', vt: 'str' }], outputs: 1 },
    ],
    query: (text) => `first\n${text}\nlast`,
  },
  json: {
    nodes: [{ type: 'json', property: 'payload' }, ...change(set('payload', 'payload.p'))],
    query: (text) =>
      `{"p":"${[...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"}`,
  },
  xml: {
    nodes: [{ type: 'xml', property: 'payload' }, ...change(set('payload', 'payload.p'))],
    query: (text) =>
      `<p>${text.slice(0, 3)}<!-- x --><![CDATA[${text.slice(3, 6)}]]>${text.slice(6).replaceAll('/', '&#x2F;')}</p>`,
  },
  csv: {
    nodes: [{ type: 'csv', sep: ',', temp: 'a,b', hdrin: '', multi: 'one' }, ...change(set('payload', 'payload.b'))],
    query: (text) => `1,"${text}"`,
  },
  yaml: {
    nodes: [{ type: 'yaml', property: 'payload' }, ...change(set('payload', 'payload.p'))],
    query: (text) => `p: "${text.slice(0, 4)}\\\n   ${text.slice(4)}"`,
  },
  'names of properties': {
    nodes: [{ type: 'split', addname: 'payload' }],
    query: (text) => ({ [text]: 1 }),
  },
  'link call': { nodes: [{ type: 'link call', links: ['away'] }] },
  subflow: { nodes: [{ type: 'subflow:sub' }] },
  'delay until the query is over': {
    nodes: [
      { type: 'function', func: HIDES, outputs: 1 },
      { type: 'delay', pauseType: 'delay', timeout: '1200', timeoutUnits: 'milliseconds' },
    ],
  },
}

/**
 * No string in a query is ever used as a file path. Tested with the real addresses of a complete Node-RED.
 */
describe('strings in a query', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-query-'))
  const secret = join(folder, 'secret.png')
  const pictures = join(folder, 'pictures')
  const out = join(folder, 'out')
  const own = join(packageFolder, 'test/fixtures/photos/cat.jpg')
  let server: Server
  let oscPort: number

  const flows: Node[] = []
  let count = 0
  /** A flow between its own `serve in` and `serve out`. */
  const flow = (path: string, nodes: object[], more: object = {}) => {
    const chain = [
      { type: 'daisychain-serve-in', path, share: false, timeout: 6, ...more },
      ...nodes,
      { type: 'daisychain-serve-out' },
    ]
    const ids = chain.map(() => `n${count++}`)
    // Picture lists have a second output, for their end.
    flows.push(
      ...chain.map(
        (node, i) =>
          ({
            z: 'tab',
            x: 1,
            y: 1,
            ...node,
            id: ids[i] as string,
            wires: [i < chain.length - 1 ? [ids[i + 1]] : []],
          }) as unknown as Node,
      ),
    )
  }
  const depth = { type: 'daisychain-densedepth' }
  const toFilename = change(set('filename', 'payload'))

  before(async () => {
    cpSync(join(packageFolder, 'test/fixtures/photos/coffee.jpg'), secret)
    mkdirSync(pictures)
    cpSync(secret, join(pictures, 'secret.png'))
    const invert = join(packageFolder, 'test/fixtures/inspect/invert.onnx')
    const engine = createEngine({ device: 'cpu', log: () => {} })
    const { manifest } = await inspectFile(invert, engine)
    await engine.close()
    oscPort = await freePort()

    for (const [name, { nodes }] of Object.entries(BETWEEN))
      flow(`/b/${encodeName(name)}`, [...nodes, depth], name.startsWith('delay') ? { timeout: 1 } : {})
    const targets: Record<string, object[]> = {
      images: [...toFilename, { type: 'daisychain-images', source: 'path' }],
      export: [{ type: 'daisychain-export', folder: out }],
      exportAs: [
        ...change(set('relative', 'payload'), { t: 'set', p: 'payload', pt: 'msg', to: own, tot: 'str' }),
        { type: 'daisychain-export', folder: out },
      ],
      onnx: [{ type: 'daisychain-onnx', file: invert, manifest }],
      own: [{ type: 'daisychain-how-far' }],
      convert: [{ type: 'daisychain-convert', converter: 'color-labels' }],
      adjust: [{ type: 'daisychain-adjust', width: 8 }],
      camera: [...change(set('device', 'payload')), { type: 'daisychain-camera' }],
      spade: [{ type: 'daisychain-spade' }],
    }
    for (const [name, nodes] of Object.entries(targets)) {
      flow(`/t/${name}`, [...change(set('x', 'payload'), set('payload', 'x')), ...nodes])
      flow(`/plain/${name}`, nodes)
    }
    const made = (func: string) => [{ type: 'function', func, outputs: 1 }, depth]
    flow('/made/constant', made(`msg.payload = ${JSON.stringify(own)}; return msg`))
    flow(
      '/made/composed',
      made(
        `msg.payload = ${JSON.stringify(join(packageFolder, 'test/fixtures/photos/'))} + msg.payload + '.jpg'; return msg`,
      ),
    )
    flow('/sent', [{ type: 'function', func: HIDES, outputs: 1 }, depth], { oscPort, name: 'sent' })
    server = await startNodeRed(
      nodeRed4(),
      [
        { id: 'tab', type: 'tab' },
        {
          id: 'sub',
          type: 'subflow',
          name: 'sub',
          in: [{ wires: [{ id: 's1' }] }],
          out: [{ wires: [{ id: 's1', port: 0 }] }],
        },
        { id: 's1', type: 'function', z: 'sub', x: 1, y: 1, func: 'return msg', outputs: 1, wires: [[]] },
        { id: 'away', type: 'link in', z: 'tab', links: [], wires: [['back']] },
        { id: 'back', type: 'link out', z: 'tab', mode: 'return', wires: [] },
        ...flows,
      ],
      undefined,
      {},
      (userDir) => {
        const place = join(userDir, 'daisychain/nodes/far')
        mkdirSync(place, { recursive: true })
        const far = {
          ...JSON.parse(readFileSync(join(fixturesFolder, 'depth/manifest.json'), 'utf8')),
          id: 'how-far',
          node: 'daisychain-how-far',
        }
        writeFileSync(join(place, 'manifest.json'), JSON.stringify(far))
        cpSync(join(fixturesFolder, 'depth/mini.onnx'), join(place, 'mini.onnx'))
      },
    )
  })
  after(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const post = async (path: string, body: unknown) => {
    const answer = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  /** Sends the value under the input's own name. */
  const query = async (path: string, value: unknown) => {
    const { inputs } = (await (await fetch(`${server.url}${path}/info`)).json()) as { inputs: { name: string }[] }
    return post(`${path}/query`, { [inputs[0]?.name ?? 'payload']: value })
  }
  const refused = ({ status, body }: { status: number; body: unknown }, what: string) => {
    assert.ok(status >= 400, `${what}: ${status} ${JSON.stringify(body).slice(0, 300)}`)
    const { error } = body as { error: string }
    assert.match(error, SENTENCE, `${what}: ${error}`)
  }

  for (const [name, { query: wrap = (text: string) => text }] of Object.entries(BETWEEN)) {
    it(`are no paths behind: ${name}`, async () => {
      const path = `/b/${encodeName(name)}`
      const answer = await query(path, wrap(secret))
      if (!name.startsWith('delay')) return refused(answer, name)
      // The query has timed out by then, so its message isn't run at all.
      assert.equal(answer.status, 504)
    })
  }

  it('aren’t paths for any node that reads or writes files', async () => {
    const forms = [
      secret,
      `file://${secret}`,
      ` ${secret}`,
      secret.replace('/secret', '/./secret'),
      join(folder, 'pictures', '..', 'secret.png'),
    ]
    for (const target of ['images', 'export', 'onnx', 'own', 'convert', 'adjust', 'spade'])
      for (const form of target === 'images' ? [secret, pictures, join(pictures, '*.png')] : forms)
        for (const way of ['t', 'plain']) {
          const answer = await query(`/${way}/${target}`, form)
          assert.ok(answer.status >= 400, `${way} ${target} ${form}: ${JSON.stringify(answer.body).slice(0, 200)}`)
          assert.match(String(answer.body.error), SENTENCE, `${way} ${target} ${form}: ${answer.body.error}`)
        }
    refused(await query('/t/exportAs', 'elsewhere/below'), 'a name with folders')
    refused(await query('/t/camera', '/dev/video0'), 'a camera')
    assert.ok(!existsSync(out) || readdirSync(out).length === 0)
  })

  it('may be pictures, which are read, while a function’s own values are trusted', async () => {
    const uri = `data:image/jpeg;base64,${readFileSync(own).toString('base64')}`
    for (const path of ['/sent', '/b/nothing', '/t/onnx', '/t/own', '/t/export', '/made/constant']) {
      const { status, body } = await query(path, uri)
      assert.equal(status, 200, `${path}: ${JSON.stringify(body).slice(0, 200)}`)
    }
    assert.equal((await query('/made/composed', 'cat')).status, 200)
    assert.match(String((await query('/made/composed', '../onnx/../photos/cat')).body.error), SENTENCE)
  })

  it('aren’t paths over WebSocket, Socket.IO, OSC and the Open Inference Protocol either', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/sent`)
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'submit', inputData: { payload: secret } }))
    for await (const [text] of on(socket, 'message')) {
      const { type, error = '' } = JSON.parse(String(text)) as { type: string; error?: string }
      assert.notEqual(type, 'succeeded')
      if (type !== 'failed') continue
      assert.match(error, SENTENCE)
      break
    }
    socket.close()

    const client = io(server.url, { path: '/sent/socket.io', transports: ['websocket'], forceNew: true })
    const told = await new Promise<unknown>((resolve) => {
      client.on('data', resolve)
      client.on('error', resolve)
      client.emit('query', { payload: secret })
    })
    client.close()
    assert.match((told as { error: string }).error, SENTENCE)

    const udp = createSocket('udp4')
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    udp.send(Buffer.from(new OSC.Message('/query', JSON.stringify({ payload: secret })).pack()), oscPort, '127.0.0.1')
    const [packet] = (await once(udp, 'message')) as [Buffer]
    udp.close()
    assert.match(packet.toString(), /^\/error.*came from the network/s)

    const tensor = { name: 'payload', datatype: 'BYTES', shape: [1], data: [secret] }
    refused(await post('/sent/v2/models/sent/infer', { inputs: [tensor] }), 'Open Inference')
    const bytes = Buffer.concat([Buffer.from(Uint32Array.of(Buffer.byteLength(secret)).buffer), Buffer.from(secret)])
    const head = JSON.stringify({
      inputs: [{ ...tensor, data: undefined, parameters: { binary_data_size: bytes.length } }],
    })
    const binary = await fetch(`${server.url}/sent/v2/models/sent/infer`, {
      method: 'POST',
      headers: { 'inference-header-content-length': String(head.length) },
      body: Buffer.concat([Buffer.from(head), bytes]),
    })
    refused({ status: binary.status, body: await binary.json() }, 'Open Inference, as bytes')
  })
})

/** Where the wires require a picture, other values are refused at once. */
const SENTENCE =
  /came from the network: network clients can send files, but not refer to files on this computer\.$|must be a picture as a data URI/

function encodeName(name: string): string {
  return name.replace(/\W+/g, '-')
}
