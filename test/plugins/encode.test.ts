import assert from 'node:assert/strict'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { WebSocket } from 'ws'
import { decodeSound } from '../../src/sounds'
import { readWav, soundMime } from '../../src/types'
import { type FlowEntry, type Server, startNodeRed } from '../browser/support/server'
import { eachVersion, packageFolder } from '../browser/support/versions'

const WIDTH = 20
const HEIGHT = 10
const picture = `{width:${WIDTH},height:${HEIGHT},channels:3,data:Buffer.alloc(${WIDTH * HEIGHT * 3},90)}`

/** A widget that shows the whole message as JSON, and passes it on. */
const widget = `module.exports = (RED) => { for (const type of ['ui-template', 'ui-lamp', 'ui_media']) RED.nodes.registerType(type, function (config) {
  RED.nodes.createNode(this, config)
  this.on('input', (msg, send, done) => {
    const { req, res, ...rest } = msg
    msg.shown = JSON.stringify(rest)
    send(msg)
    done()
  })
}) }`

interface Node {
  type: string
  [setting: string]: unknown
}

const fn = (func: string): Node => ({ type: 'function', func, outputs: 1 })
const image: Node = { type: 'daisychain-adjust' }
const map: Node = { type: 'daisychain-paint' }
const answer: Node = { type: 'http response' }
const file = (filename: string, more = {}): Node => ({
  ...{ type: 'file', filename, filenameType: 'str', overwriteFile: 'true', createDir: true, ...more },
})
/** Two equal values, joined. */
const joined = (build: string, joiner = '\\n', joinerType = 'str'): Node => ({
  ...{ type: 'join', mode: 'custom', build, property: 'payload', propertyType: 'msg', key: 'topic', count: '2' },
  ...{ joiner, joinerType, timeout: '', reduceRight: false },
})
const twice = fn('node.send({...msg}); return msg')
const sayPayload = fn(`const p = msg.payload
  msg.payload = {kind: p && p.type, pixels: !!(p && p.pixels), first: p && p.data && p.data[0], shown: msg.shown}
  msg.headers = {}
  return msg`)
const tone = fn('msg.payload = {sampleRate: 8000, data: new Float32Array(800)}; return msg')
const mono: Node = { type: 'daisychain-convert', converter: 'mix-down' }
const summary = fn(`msg.payload = JSON.parse(JSON.stringify(msg.payload)); return msg`)

async function pngOf(bytes: Uint8Array | ArrayBuffer, format = 'png', size = [WIDTH, HEIGHT]): Promise<void> {
  const { format: is, width, height } = await sharp(Buffer.from(bytes as ArrayBuffer)).metadata()
  assert.deepEqual([is, width, height], [format, ...size])
}

async function dataURIOf(text: unknown, format = 'png'): Promise<void> {
  const [, is, body = ''] = /^data:image\/(\w+);base64,(.*)$/.exec(String(text)) ?? []
  assert.equal(is, format, String(text).slice(0, 80))
  await pngOf(Buffer.from(body, 'base64'), format)
}

/** Checks that the bytes are a tenth of a second of sound in this format. */
async function soundOf(bytes: Uint8Array, mime = 'audio/wav'): Promise<void> {
  assert.equal(soundMime(bytes), mime)
  assert.equal(Math.round((await decodeSound(bytes)).seconds * 10), 1)
}

function soundURIOf(text: unknown): Promise<void> {
  const [, body = ''] = /^data:audio\/wav;base64,(.*)$/.exec(String(text)) ?? []
  return soundOf(Buffer.from(body, 'base64'))
}

/** A chain behind an `http in` node with the same path → a check of the response. */
const chains: Record<string, [nodes: Node[], check: (response: Response, body: Buffer) => unknown]> = {
  plain: [
    [image, answer],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'image/png')
      return pngOf(body)
    },
  ],
  'of-a-record': [[image, fn('msg.payload = {...msg.payload}; return msg'), answer], (_, body) => pngOf(body)],
  'of-a-sound': [
    [tone, mono, answer],
    async ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'audio/wav')
      assert.equal((await readWav(new Uint8Array(body)))?.seconds, 0.1)
    },
  ],
  'of-a-sound-as-the-node-says': [
    [tone, mono, { ...answer, headers: { 'Content-Type': 'audio/flac' } }],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'audio/flac')
      return soundOf(body, 'audio/flac')
    },
  ],
  'of-a-sound-as-the-message-says': [
    [tone, mono, fn(`msg.headers = {'content-type': 'audio/mpeg'}; return msg`), answer],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'audio/mpeg')
      return soundOf(body, 'audio/mpeg')
    },
  ],
  'of-a-sound-as-json': [
    [tone, mono, fn(`msg.headers = {'content-type': 'application/json'}; return msg`), answer],
    (_, body) => soundURIOf(JSON.parse(String(body))),
  ],
  'sound-inside': [
    [tone, mono, fn('msg.payload = {n: 1, said: [msg.payload]}; return msg'), answer],
    (_, body) => soundURIOf(JSON.parse(String(body)).said[0]),
  ],
  'sound-json': [
    [tone, mono, { type: 'json', property: 'payload', action: '' }, answer],
    (_, body) => soundURIOf(JSON.parse(String(body))),
  ],
  'sound-joined-to-text': [
    [tone, mono, twice, joined('string'), answer],
    (_, body) => soundURIOf(String(body).split('\n')[1]),
  ],
  'sound-joined-to-bytes': [
    [tone, mono, twice, joined('buffer', '[]', 'bin'), answer],
    (_, body) => soundOf(body.subarray(body.length / 2)),
  ],
  'sound-page': [
    [
      tone,
      mono,
      { type: 'template', field: 'payload', template: '<audio src="{{{payload}}}">', syntax: 'mustache' },
      answer,
    ],
    (_, body) => soundURIOf(/^<audio src="(.*)">$/.exec(String(body))?.[1]),
  ],
  'sound-request': [
    [tone, mono, { type: 'http request', method: 'POST', ret: 'txt', url: 'URL/echo' }, answer],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), { type: 'audio/wav', start: '52494646' }),
  ],
  'sound-request-of-a-form': [
    [
      tone,
      mono,
      fn(`msg.payload = {said: msg.payload}; msg.headers = {'content-type': 'multipart/form-data'}; return msg`),
      { type: 'http request', method: 'POST', ret: 'txt', url: 'URL/upload' },
      answer,
    ],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), [{ name: 'said', type: 'audio/wav', start: '52494646' }]),
  ],
  'sound-files': [
    [tone, mono, file('FOLDER/a.wav'), file('FOLDER/b.FLAC'), file('FOLDER/c.mp3'), answer],
    async (_, body) => {
      await soundOf(body)
    },
  ],
  'sound-exec': [
    [
      tone,
      mono,
      { type: 'exec', command: 'cat', addpay: 'payload', useSpawn: 'false', oldrc: 'false', outputs: 3 },
      answer,
    ],
    (_, body) => soundOf(body),
  ],
  'sound-widget': [
    [tone, mono, { type: 'ui-template' }, fn('msg.payload = JSON.parse(msg.shown).payload; return msg'), answer],
    (_, body) => soundURIOf(String(body)),
  ],
  'sound-automatic-converter': [
    [tone, mono, { type: 'daisychain-convert' }, { ...answer, headers: { 'content-type': 'audio/flac' } }],
    (_, body) => soundOf(body, 'audio/flac'),
  ],
  'sound-encoded-before': [
    [tone, mono, { type: 'daisychain-convert', converter: 'encode-sound', soundFormat: 'wav' }, answer],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'audio/wav')
      return soundOf(body)
    },
  ],
  'sound-csv': [
    [tone, mono, { type: 'csv', temp: 'a', hdrout: 'none' }, answer],
    ({ status }, body) =>
      assert.deepEqual([status, /^msg\.payload is .*sound.*"csv" can only/.test(String(body))], [500, true]),
  ],
  'sound-split': [
    [tone, mono, { type: 'split', splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len' }, answer],
    ({ status }, body) =>
      assert.deepEqual([status, /^msg\.payload is .*sound.*"split" can only/.test(String(body))], [500, true]),
  ],
  'sound-lost': [[tone, mono, summary, answer], (_, body) => assert.match(JSON.parse(String(body)).summary, /^sound/)],
  'of-a-label-map': [
    [map, answer],
    async ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'image/png')
      assert.equal((await sharp(body).metadata()).format, 'png')
    },
  ],
  'as-the-node-says': [
    [image, { ...answer, headers: { 'Content-Type': 'image/jpeg' } }],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'image/jpeg')
      return pngOf(body, 'jpeg')
    },
  ],
  'as-the-message-says': [
    [image, fn(`msg.headers = {'content-type': 'image/webp'}; return msg`), answer],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'image/webp')
      return pngOf(body, 'webp')
    },
  ],
  'as-json': [
    [image, fn(`msg.headers = {'content-type': 'application/json'}; return msg`), answer],
    (_, body) => dataURIOf(JSON.parse(String(body))),
  ],
  inside: [
    [
      image,
      fn('msg.payload = {n: 1, photo: msg.payload, more: [{mask: msg.payload}, Buffer.from("x")]}; return msg'),
      answer,
    ],
    async (_, body) => {
      const { n, photo, more } = JSON.parse(String(body))
      assert.deepEqual([n, more[1]], [1, { type: 'Buffer', data: [120] }])
      await dataURIOf(photo)
      await dataURIOf(more[0].mask)
    },
  ],
  json: [
    [image, { type: 'json', property: 'payload', action: '' }, answer],
    (_, body) => dataURIOf(JSON.parse(String(body))),
  ],
  'json-of-encoded': [
    [
      image,
      { type: 'daisychain-convert', converter: 'encode', format: 'dataURI' },
      { type: 'json', property: 'payload', action: '' },
      answer,
    ],
    (_, body) => dataURIOf(JSON.parse(String(body))),
  ],
  'json-of-a-property': [
    [
      image,
      fn('msg.deep = {one: {photo: msg.payload}}; msg.kept = msg.deep; return msg'),
      { type: 'json', property: 'deep.one', action: 'str' },
      fn('msg.payload = {text: msg.deep.one, kept: !!msg.kept.one.photo.pixels}; return msg'),
      answer,
    ],
    (_, body) => {
      const { text, kept } = JSON.parse(String(body))
      assert.equal(kept, true)
      return dataURIOf(JSON.parse(text).photo)
    },
  ],
  yaml: [
    [image, fn('msg.payload = {photo: msg.payload}; return msg'), { type: 'yaml', property: 'payload' }, answer],
    (_, body) => {
      const [, uri] = /^photo: >?-?\s*(data:\S+)/.exec(String(body)) ?? []
      return dataURIOf(uri)
    },
  ],
  'yaml-of-a-picture': [
    [image, { type: 'yaml', property: 'payload' }, answer],
    (_, body) => dataURIOf(/^(?:>-\s*|')?(data:[^\s']+)/.exec(String(body))?.[1]),
  ],
  'joined-to-text': [
    [image, twice, joined('string'), answer],
    async (_, body) => {
      const [first, second] = String(body).split('\n')
      assert.equal(first, second)
      await dataURIOf(first)
    },
  ],
  'joined-to-bytes': [
    [image, twice, joined('buffer', '[]', 'bin'), answer],
    (_, body) => pngOf(body.subarray(body.length / 2)),
  ],
  'joined-to-a-list': [
    [image, twice, joined('array'), fn('msg.payload = msg.payload[1]; return msg'), sayPayload, answer],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), { kind: 'image', pixels: true, first: 90 }),
  ],
  page: [
    [image, { type: 'template', field: 'payload', template: '<img src="{{{payload}}}">', syntax: 'mustache' }, answer],
    (_, body) => dataURIOf(/^<img src="(.*)">$/.exec(String(body))?.[1]),
  ],
  'page-beside-it': [
    [image, { type: 'template', field: 'shown', template: '{{{payload}}}', syntax: 'mustache' }, sayPayload, answer],
    async (_, body) => {
      const { shown, ...rest } = JSON.parse(String(body))
      assert.deepEqual(rest, { kind: 'image', pixels: true, first: 90 })
      await dataURIOf(shown)
    },
  ],
  request: [
    [image, { type: 'http request', method: 'POST', ret: 'txt', url: 'URL/echo' }, answer],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), { type: 'image/png', start: '89504e47' }),
  ],
  'request-after-request': [
    [
      fn('msg.payload = "x"; return msg'),
      { type: 'http request', method: 'POST', ret: 'txt', url: 'URL/echo' },
      fn(`msg.payload = ${picture}; return msg`),
      image,
      { type: 'http request', method: 'POST', ret: 'txt', url: 'URL/echo' },
      answer,
    ],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), { type: 'image/png', start: '89504e47' }),
  ],
  'request-as-the-node-says': [
    [
      image,
      {
        type: 'http request',
        method: 'PUT',
        ret: 'txt',
        url: 'URL/echo',
        headers: [{ keyType: 'Content-Type', keyValue: '', valueType: 'other', valueValue: 'image/jpeg' }],
      },
      answer,
    ],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), { type: 'image/jpeg', start: 'ffd8ffdb' }),
  ],
  'request-of-a-form': [
    [
      image,
      fn(
        `msg.payload = {name: 'a', photo: msg.payload}; msg.headers = {'content-type': 'multipart/form-data'}; return msg`,
      ),
      { type: 'http request', method: 'POST', ret: 'txt', url: 'URL/upload' },
      answer,
    ],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), [{ name: 'photo', type: 'image/png', start: '89504e47' }]),
  ],
  file: [
    [image, file('FOLDER/a.png'), sayPayload, answer],
    (_, body) => assert.deepEqual(JSON.parse(String(body)), { kind: 'image', pixels: true, first: 90 }),
  ],
  'file-by-its-name': [
    [image, fn(`msg.name = 'FOLDER/b.JPG'; return msg`), file('name', { filenameType: 'msg' }), answer],
    (_, body) => pngOf(body),
  ],
  exec: [
    [image, { type: 'exec', command: 'cat', addpay: 'payload', useSpawn: 'false', oldrc: 'false', outputs: 3 }, answer],
    (_, body) => pngOf(body),
  ],
  'exec-of-a-path': [
    [
      image,
      { type: 'exec', command: 'echo', addpay: 'payload', useSpawn: 'true', oldrc: 'false', outputs: 3 },
      fn('msg.payload = {path: String(msg.payload).trim()}; return msg'),
      answer,
    ],
    async (_, body) => {
      const { path } = JSON.parse(String(body))
      assert.match(path, /daisychain-picture-[\w-]+.picture\.png$/)
      while (existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 20))
    },
  ],
  widget: [
    [image, fn('msg.second = {photo: msg.payload}; return msg'), { type: 'ui-template' }, sayPayload, answer],
    async (_, body) => {
      const { shown, ...rest } = JSON.parse(String(body))
      assert.deepEqual(rest, { kind: 'image', pixels: true, first: 90 })
      await dataURIOf(JSON.parse(shown).payload)
      await dataURIOf(JSON.parse(shown).second.photo)
    },
  ],
  'widget-of-bytes-with-their-type': [
    [image, { type: 'ui_media' }, sayPayload, answer],
    async (_, body) => {
      const shown = JSON.parse(JSON.parse(String(body)).shown)
      assert.equal(shown.mimetype, 'image/png')
      await pngOf(Buffer.from(shown.payload.data))
    },
  ],
  'automatic-converter': [
    [image, { type: 'daisychain-convert' }, { ...answer, headers: { 'content-type': 'image/webp' } }],
    ({ headers }, body) => {
      assert.match(headers.get('content-type') ?? '', /^image\/webp/)
      return pngOf(body, 'webp')
    },
  ],
  // What the function does with it is unknown, so the converter neither guesses nor passes pixels on.
  'automatic-converter-before-a-function-that-passes-it-on': [
    [image, { type: 'daisychain-convert' }, fn(`msg.headers = {'content-type': 'image/png'}; return msg`), answer],
    (_, body) => pngOf(body),
  ],
  'automatic-converter-before-a-function': [
    [image, { type: 'daisychain-convert' }, fn('return RED.util.cloneMessage(msg)'), answer],
    ({ status }, body) =>
      assert.deepEqual(
        [status, String(body)],
        [500, "the next nodes don't declare what they need: open the converter and choose what it does."],
      ),
  ],
  'encoded-before': [
    [image, { type: 'daisychain-convert', converter: 'encode', format: 'jpeg' }, answer],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'image/jpeg')
      return pngOf(body, 'jpeg')
    },
  ],
  'record-of-pixels': [
    [fn("msg.payload = {type: 'image', ...msg.payload, data: new Uint8Array(msg.payload.data)}; return msg"), answer],
    ({ headers }, body) => {
      assert.equal(headers.get('content-type'), 'image/png')
      return pngOf(body)
    },
  ],
  'widget-of-an-unknown-package': [
    [image, { type: 'ui-lamp' }, sayPayload, answer],
    async (_, body) => {
      const { shown, ...rest } = JSON.parse(String(body))
      assert.deepEqual(rest, { kind: 'image', pixels: true, first: 90 })
      await dataURIOf(JSON.parse(shown).payload)
    },
  ],
  csv: [
    [image, { type: 'csv', temp: 'a', hdrout: 'none' }, answer],
    ({ status }, body) => {
      const sentence =
        'msg.payload is a colour image of 20×10 pixels, and a node of the type "csv" can only handle text, numbers, and lists and records of them.'
      assert.deepEqual([status, String(body)], [500, sentence])
    },
  ],
  xml: [
    [map, { type: 'xml', property: 'payload' }, answer],
    ({ status }, body) => {
      assert.deepEqual([status, /^msg\.payload is a .*label map of .*"xml"/.test(String(body))], [500, true])
    },
  ],
  split: [
    [image, { type: 'split', splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len' }, answer],
    ({ status }, body) =>
      assert.deepEqual(
        [status, String(body)],
        [
          500,
          'msg.payload is a colour image of 20×10 pixels, and a node of the type "split" can only handle text, numbers, lists and records.',
        ],
      ),
  ],
  'split-list': [
    [
      image,
      fn('msg.payload = [msg.payload]; return msg'),
      { type: 'split', splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len' },
      fn('delete msg.parts; return msg'),
      answer,
    ],
    ({ status }, body) => assert.deepEqual([status, String(body).slice(1, 4)], [200, 'PNG']),
  ],
  sort: [
    [map, { type: 'sort', target: 'payload', targetType: 'msg', order: 'ascending' }, answer],
    ({ status }, body) => assert.deepEqual([status, /label map .*"sort" can only/.test(String(body))], [500, true]),
  ],
  range: [
    [image, { type: 'range', property: 'payload', minin: 0, maxin: 1, minout: 0, maxout: 2, action: 'scale' }, answer],
    ({ status }, body) => assert.deepEqual([status, /image .*"range" can only/.test(String(body))], [500, true]),
  ],
  broken: [
    [image, fn('const p = RED.util.cloneMessage(msg.payload); p.width = 7; msg.payload = {...p}; return msg'), answer],
    ({ status }, body) =>
      assert.deepEqual(
        [status, String(body)],
        [500, 'an image of 7×10 pixels and 3 channels has 210 numbers, not 600.'],
      ),
  ],
  lost: [[image, summary, answer], (_, body) => assert.equal(JSON.parse(String(body)).summary, 'image 20×10 RGB')],
  'lost-inside': [
    [image, fn(`msg.payload = JSON.parse(JSON.stringify({found: [1, msg.payload]})); return msg`), answer],
    (_, body) => assert.equal(JSON.parse(String(body)).found[1].summary, 'image 20×10 RGB'),
  ],
  "of-others'-pictures": [
    [fn(`msg.payload = [{type: 'image', width: 3, height: 4, url: '/a.jpg'}]; return msg`), answer],
    (_, body) => assert.equal(JSON.parse(String(body))[0].url, '/a.jpg'),
  ],
  'left-alone': [
    [fn(`msg.payload = {a: [1, null, 'data:image/png;base64,x'], b: new Date(0)}; return msg`), answer],
    (_, body) =>
      assert.deepEqual(JSON.parse(String(body)), {
        a: [1, null, 'data:image/png;base64,x'],
        b: '1970-01-01T00:00:00.000Z',
      }),
  ],
}

for (const version of eachVersion())
  describe(`pictures that come to nodes which know no pixels, Node-RED ${version.name}`, function () {
    this.timeout(120_000)
    let server: Server
    let folder: string
    let nodesDir: string
    const tcp: Buffer[] = []
    const udp: Buffer[] = []
    let tcpServer: TcpServer
    let udpServer: UdpSocket
    let changed = () => {}
    const arrived = (list: Buffer[], data: Buffer) => {
      list.push(data)
      changed()
    }

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'daisychain-encode-'))
      nodesDir = join(folder, 'nodes')
      mkdirSync(nodesDir)
      writeFileSync(join(nodesDir, 'widget.js'), widget)
      writeFileSync(join(nodesDir, 'widget.html'), '<script type="text/javascript"></script>')
      tcpServer = createServer((socket) => socket.on('data', (data) => arrived(tcp, data)))
      await new Promise<void>((resolve) => tcpServer.listen(0, '127.0.0.1', resolve))
      udpServer = createSocket('udp4', (data) => arrived(udp, data))
      await new Promise<void>((resolve) => udpServer.bind(0, '127.0.0.1', resolve))
      server = await startNodeRed(version.find(), [], [packageFolder, nodesDir])
      await server.setFlows(flow())
    })
    after(async () => {
      await server?.stop()
      tcpServer?.close()
      udpServer?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    function flow(): FlowEntry[] {
      const tab = { id: 'tab', type: 'tab', label: 'test' }
      const fill = (node: FlowEntry) =>
        JSON.parse(JSON.stringify(node).replaceAll('URL', server.url).replaceAll('FOLDER', folder)) as FlowEntry
      const chain = (name: string, nodes: Node[]): FlowEntry[] =>
        [{ type: 'http in', url: `/${name}`, method: 'get' }, fn(`msg.payload = ${picture}; return msg`), ...nodes].map(
          (node, i, all) =>
            fill({
              z: 'tab',
              x: 1,
              y: 1,
              wires: i + 1 < all.length ? [[`${name}-${i + 1}`]] : [],
              ...node,
              id: `${name}-${i}`,
            }),
        )
      const here = (id: string, type: string, more: object, ...wires: string[][]) =>
        fill({ id, type, z: 'tab', x: 1, y: 1, wires, ...more } as FlowEntry)
      return [
        tab,
        ...Object.entries(chains).flatMap(([name, [nodes]]) => chain(name, nodes)),
        here('echo', 'http in', { url: '/echo', method: 'post' }, ['echoed']),
        here('echo2', 'http in', { url: '/echo', method: 'put' }, ['echoed']),
        here(
          'echoed',
          'function',
          {
            func: `msg.payload = {type: msg.req.headers['content-type'], start: Buffer.from(msg.payload).toString('hex', 0, 4)}; return msg`,
          },
          ['echoes'],
        ),
        here('echoes', 'http response', {}),
        here('upload', 'http in', { url: '/upload', method: 'post', upload: true }, ['uploaded']),
        here(
          'uploaded',
          'function',
          {
            func: `msg.payload = msg.req.files.map((f) => ({name: f.fieldname, type: f.mimetype, start: f.buffer.toString('hex', 0, 4)})); return msg`,
          },
          ['echoes'],
        ),
        here('caught', 'catch', { scope: null }, ['sentence']),
        here(
          'sentence',
          'function',
          { func: 'msg.payload = msg.error.message; msg.statusCode = 500; msg.headers = {}; return msg' },
          ['echoes'],
        ),
        // Wired to several nodes at once, first to one that accepts only bytes.
        here('all', 'http in', { url: '/all', method: 'get' }, ['made']),
        here('made', 'function', { func: `msg.payload = ${picture}; return msg` }, ['pixels']),
        here('pixels', 'daisychain-adjust', {}, ['ws', 'tcp', 'udp', 'looked', 'late']),
        here('looked', 'function', sayPayload, ['echoes']),
        here('ws', 'websocket out', { server: 'wsserver' }),
        here('whole', 'websocket out', { server: 'wswhole' }),
        here('late', 'function', { func: 'return {payload: msg.payload}' }, ['whole']),
        { id: 'wsserver', type: 'websocket-listener', path: '/ws', wholemsg: 'false' },
        { id: 'wswhole', type: 'websocket-listener', path: '/whole', wholemsg: 'true' },
        here('tcp', 'tcp out', {
          host: '127.0.0.1',
          port: String((tcpServer.address() as AddressInfo).port),
          beserver: 'client',
          end: false,
        }),
        here('udp', 'udp out', {
          addr: '127.0.0.1',
          port: String(udpServer.address().port),
          ipv: 'udp4',
          outport: '',
          multicast: 'false',
        }),
        // A large picture, followed by a word.
        here('row', 'http in', { url: '/row', method: 'get' }, ['rowing', 'echoes']),
        here(
          'rowing',
          'function',
          {
            func: `node.send({payload: {width:2000,height:1500,channels:3,data:Buffer.alloc(9000000,7)}}); setTimeout(() => node.send({payload: 'word'}), 200); return`,
          },
          ['pick'],
        ),
        here(
          'pick',
          'switch',
          {
            property: 'payload',
            propertyType: 'msg',
            rules: [{ t: 'istype', v: 'string', vt: 'string' }, { t: 'else' }],
            checkall: 'false',
            outputs: 2,
          },
          ['append'],
          ['large'],
        ),
        here('large', 'daisychain-adjust', {}, ['append']),
        here(
          'append',
          'file',
          { filename: 'FOLDER/row.bin', filenameType: 'str', overwriteFile: 'false', appendNewline: false },
          [],
        ),
      ]
    }

    const get = (path: string) => fetch(`${server.url}/${path}`)

    for (const [name, [, check]] of Object.entries(chains))
      it(name.replaceAll('-', ' '), async () => {
        const response = await get(name)
        await check(response, Buffer.from(await response.arrayBuffer()))
      })

    it('writes files in the format of their names', async () => {
      await get('file')
      await get('file-by-its-name')
      await pngOf(readFileSync(join(folder, 'a.png')))
      await pngOf(readFileSync(join(folder, 'b.JPG')), 'jpeg')
      await get('sound-files')
      await soundOf(readFileSync(join(folder, 'a.wav')))
      await soundOf(readFileSync(join(folder, 'b.FLAC')), 'audio/flac')
      await soundOf(readFileSync(join(folder, 'c.mp3')), 'audio/mpeg')
    })

    it('encodes separately for each wire, for WebSocket, TCP and UDP', async () => {
      const heard: Record<string, Buffer> = {}
      const sockets = ['ws', 'whole'].map((path) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/${path}`)
        socket.on('message', (data) => {
          heard[path] = data as Buffer
          changed()
        })
        return socket
      })
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('open', resolve))))
      const isThere = () => heard.ws && heard.whole && tcp.length && udp.length
      const all = new Promise<void>((resolve) => {
        changed = () => isThere() && resolve()
      })
      const looked = await (await get('all')).json()
      assert.deepEqual(looked, { kind: 'image', pixels: true, first: 90 })
      await all
      for (const bytes of [heard.ws as Buffer, Buffer.concat(tcp), udp[0] as Buffer]) await pngOf(bytes)
      await dataURIOf(JSON.parse(String(heard.whole)).payload)
      for (const socket of sockets) socket.close()
    })

    it('keeps the order of messages', async () => {
      await get('row')
      const path = join(folder, 'row.bin')
      while (!existsSync(path) || !readFileSync(path).includes('word'))
        await new Promise((resolve) => setTimeout(resolve, 50))
      const bytes = readFileSync(path)
      assert.equal(String(bytes.subarray(-4)), 'word')
      await pngOf(bytes.subarray(0, -4), 'png', [2000, 1500])
    })

    it('reports what was lost earlier', async () => {
      await get('lost')
      assert.match(
        server.output(),
        /msg\.payload is only the summary of a picture \(image 20×10 RGB\): its pixels were lost when it was stored or sent as JSON/,
      )
      await get('lost-inside')
      const contained = () => server.output().match(/payload contains only the summary of a picture/g)?.length
      const before = contained()
      assert.ok(before)
      await get("of-others'-pictures")
      await get('lost')
      assert.equal(contained(), before)
    })
  })
