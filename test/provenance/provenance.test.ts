import assert from 'node:assert/strict'
import { readFlow } from '../../src/flow'
import { encodeImage } from '../../src/images'
import {
  chainIn,
  gifWithXmp,
  leftBehind,
  mp4Box,
  provenanceOf,
  readProvenance,
  reproduction,
  toXmp,
  xmpIn,
} from '../../src/provenance'
import { Image } from '../../src/types'

const about = {
  version: '1.2.3',
  modelOf: ({ id, type }: { id: string; type: string }) =>
    type === 'daisychain-stylegan' ? { node: id, label: 'A <b>', licence: 'CC & co', sha256: ['ab'] } : null,
  optionsOf: ({ type }: { type: string }) => (type === 'daisychain-stylegan' ? ['seed', 'prompt', 'other'] : []),
  message: {} as Record<string, unknown>,
  secrets: ['hunter22'],
}
const made = (nodes: object[], message = {}) => provenanceOf(readFlow(nodes), 'end', { ...about, message })
const end = { id: 'end', type: 'daisychain-export', z: 't', x: 1, y: 2, wires: [[]] }
const node = (id: string, type: string, more: object = {}) => ({
  id,
  type,
  z: 't',
  x: 1,
  y: 2,
  wires: [['end']],
  ...more,
})

describe('a picture’s record of how it was made', () => {
  it('has the chain before it: across links and through subflows, without other nodes', () => {
    const { flow } = made([
      { id: 't', type: 'tab', label: 'tab' },
      node('a', 'inject', { wires: [['out', 'beside']] }),
      node('beside', 'debug', { wires: [] }),
      node('out', 'link out', { links: ['in', 'elsewhere'], mode: 'link', wires: [] }),
      node('in', 'link in', { links: ['out'], wires: [['sub']] }),
      node('sub', 'subflow:s'),
      {
        id: 's',
        type: 'subflow',
        name: 'S',
        in: [{ x: 1, y: 1, wires: [{ id: 'inner' }] }],
        out: [],
        env: [{ value: 'v' }],
      },
      node('inner', 'daisychain-adjust', { z: 's', width: 7, wires: [[]] }),
      node('off', 'daisychain-adjust', { d: true }),
      end,
    ])
    assert.deepEqual(flow.map(({ id }) => id).sort(), ['a', 'end', 'in', 'inner', 'out', 's', 'sub'])
    const of = (id: string) => flow.find((one) => one.id === id)
    assert.deepEqual([of('a')?.wires, of('out')?.links, of('a')?.z], [[['out']], ['in'], undefined])
    assert.deepEqual([of('inner')?.z, of('inner')?.width, of('s')?.env], ['s', 7, undefined])
  })

  it('never contains a path, an address, a password, code or a value from the environment', () => {
    const told = [
      ...[
        '/home/me/secret.png',
        'C:\\Users\\me\\a.png',
        '~/secret',
        '../secret',
        'photos/secret.png',
        '\\\\nas\\secret',
      ],
      ...[
        'https://secret.example/x',
        'rtsp://me:secret@cam',
        'look at secret.example:8080',
        '10.0.0.7',
        'me@secret.org',
      ],
      ...[
        String.raw`\${SECRET}`,
        'the word hunter22 inside',
        'data:image/png;base64,secret',
        'localhost',
        'www.secret.org',
      ],
    ]
    for (const value of told) {
      const nodes = [
        node('a', 'daisychain-stylegan', {
          name: value,
          prompt: value,
          points: [{ name: value, vector: [1] }],
          wires: [['end']],
        }),
        node('f', 'function', { func: `fetch("${value}")`, name: 'fn', outputs: 1 }),
        node('h', 'http request', { url: value, headers: [{ value }] }),
        node('i', 'inject', {
          payload: value,
          payloadType: 'str',
          props: [{ p: 'key', v: value, vt: 'str' }],
          topic: value,
        }),
        node('c', 'change', {
          rules: [
            { t: 'set', p: 'x', to: value, tot: 'str' },
            { t: 'set', p: 'y', to: value, tot: 'env' },
          ],
        }),
        node('r', 'daisychain-remote', { address: value, model: value, ports: [value] }),
        node('n', 'daisychain-camera', { source: 'network', address: value, device: value }),
        node('k', 'daisychain-knobs', { device: value, knobs: [{ control: value, option: value }] }),
        { ...end, folder: value, file: value },
      ]
      const text = JSON.stringify(made(nodes, { prompt: value, other: { value } }))
      assert.ok(!text.includes(JSON.stringify(value).slice(1, -1)), value)
      assert.doesNotMatch(text, /secret|hunter/i, value)
    }
  })

  it('leaves out the rows of knobs, half of which would be refused: what they set is among the options', () => {
    const knobs = [{ control: '/1/fader1', option: 'truncation', from: 0, to: 1 }]
    const { flow } = made([node('a', 'daisychain-knobs', { source: 'osc', knobs }), end])
    assert.deepEqual(Object.keys(flow.find(({ id }) => id === 'a') ?? {}).sort(), ['id', 'type', 'wires', 'x', 'y'])
  })

  it('keeps what made it: settings, seeds, prompts, the message’s choices; and lists what is left out', () => {
    const nodes = [
      node('a', 'daisychain-stylegan', {
        name: 'Rooms',
        prompt: 'a room in black/white, 3 lamps',
        truncation: 0.7,
        labels: [{ label: 'Bed' }],
      }),
      node('i', 'inject', {
        props: [{ p: 'seed', v: '7', vt: 'num' }, { p: 'payload' }],
        payload: '',
        payloadType: 'date',
        repeat: '5',
      }),
      node('f', 'function', { func: 'return msg', name: 'fn' }),
      { ...end, folder: '/tmp/x' },
    ]
    const record = made(nodes, { seed: 7, prompt: 'lamps', payload: 3 })
    const [, a, i] = record.flow
    assert.deepEqual([a?.prompt, a?.truncation, a?.labels], ['a room in black/white, 3 lamps', 0.7, [{ label: 'Bed' }]])
    assert.deepEqual(i?.props, [{ p: 'seed', v: '7', vt: 'num' }, { p: 'payload' }])
    assert.deepEqual(record.options, { a: { seed: 7, prompt: 'lamps' } })
    assert.deepEqual(leftBehind(readFlow(nodes), record), [
      { name: 'export', settings: ['folder'] },
      { name: 'fn', settings: [] },
    ])
  })

  it('is left out if it is too large, except for the models', () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      node(`n${i}`, 'daisychain-adjust', { name: `number ${i}`.padEnd(150, '&') }),
    )
    const record = made([...many, node('a', 'daisychain-stylegan'), end])
    assert.deepEqual([record.flow.length, record.models.length], [0, 1])
    assert.ok(toXmp(record).length < 65_000)
  })

  it('states the picture’s origin in IPTC’s words', () => {
    const source = (...types: string[]) =>
      /digitalsourcetype\/(\w+)</.exec(toXmp(made([...types.map((type, i) => node(`n${i}`, type)), end])))?.[1]
    assert.equal(source('daisychain-latent', 'daisychain-stylegan'), 'compositeWithTrainedAlgorithmicMedia')
    const chain = [node('l', 'daisychain-latent', { wires: [['m']] }), node('m', 'daisychain-stylegan'), end]
    assert.match(toXmp(made(chain)), /digitalsourcetype\/trainedAlgorithmicMedia</)
    assert.equal(source('daisychain-images'), 'algorithmicallyEnhanced')
    assert.equal(source('inject'), 'algorithmicMedia')
  })

  it('is found again in PNG, JPEG and WebP, and in nothing else', async () => {
    const record = made([node('a', 'daisychain-stylegan', { name: 'Zimmer & <Räume> 部屋 "x"' }), end])
    const picture = new Image({ width: 40, height: 30, channels: 3, data: new Uint8Array(40 * 30 * 3).fill(90) })
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const bytes = await encodeImage(picture, format, 90, toXmp(record))
      const found = readProvenance(chainIn(xmpIn(bytes) ?? '') ?? '')
      assert.deepEqual(found?.flow, record.flow, format)
      assert.equal(found?.models[0]?.label, 'A <b>')
      assert.equal(xmpIn(await encodeImage(picture, format)), null)
      // A file truncated or damaged anywhere ends quickly and gives nothing or the same.
      for (let at = 0; at < bytes.length; at += 7) {
        xmpIn(bytes.subarray(0, at))
        const damaged = Buffer.from(bytes)
        damaged[at] = 255
        const xmp = xmpIn(damaged)
        if (xmp) readProvenance(chainIn(xmp) ?? '')
      }
    }
    for (const text of ['', 'GIF89a', '<svg/>', '\x89PNG']) assert.equal(xmpIn(Buffer.from(text, 'latin1')), null)
  })

  it('is limited and harmless if somebody else wrote it', () => {
    const hostile = [
      node('f', 'function', { func: 'process.exit()', initialize: 'x', outputs: 2, wires: [['end'], ['gone']] }),
      node('x', 'exec', { command: 'rm -rf ~', addpay: 'payload' }),
      node('h', 'http request', { url: 'http://evil.example' }),
      node('i', 'inject', { once: true, payload: 'x', payloadType: 'jsonata' }),
      node('p', 'daisychain-images', { path: '/etc/passwd', prompt: 'see http://evil.example' }),
      end,
    ]
    const json = (flow: unknown, more = {}) => JSON.stringify({ daisychain: '1', models: [], flow, ...more })
    const found = readProvenance(json(hostile))
    assert.equal(found?.flow.length, 6)
    assert.doesNotMatch(JSON.stringify(found), /exit|rm -rf|evil|passwd|gone/)
    assert.equal(found?.flow[0]?.outputs, 2)
    for (const broken of [
      '',
      '{',
      'null',
      '[]',
      json({}),
      json([7]),
      json([{ id: 'a' }]),
      json(Array.from({ length: 501 }, (_, i) => node(`${i}`, 'debug'))),
      json([], { daisychain: 5 }),
      json([], { padding: 'x'.repeat(300_000) }),
      `${'['.repeat(100_000)}`,
    ])
      assert.ok((readProvenance(broken)?.flow.length ?? 0) === 0, broken.slice(0, 60))
    const models = [null, 7, { node: 'a', label: 'L'.repeat(1e4), licence: 'x', sha256: 'y', evil: 1 }]
    assert.equal(readProvenance(json([], { models }))?.models[0]?.label.length, 200)
  })

  it('is found anywhere in a GIF or an MP4, and quickly not found in damaged ones', () => {
    const packet = 'é <x> &amp; '.repeat(3000)
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
    const told = gifWithXmp(gif, packet)
    const box = mp4Box(packet)
    const plain = Buffer.concat([Buffer.from('\0\0\0\x10ftypisom\0\0\0\0', 'latin1')])
    const wide = Buffer.from('\0\0\0\x01mdat\0\0\0\0\0\0\0\x14abcd', 'latin1')
    const late = gifWithXmp(Buffer.concat([gif.subarray(0, 13 + 6)]), packet).subarray(19)
    for (const [name, bytes, found] of [
      ['a GIF', told, packet],
      ['a GIF, behind its picture', Buffer.concat([gif.subarray(0, -1), late, gif.subarray(-1)]), packet],
      ['an MP4', Buffer.concat([plain, wide, box]), packet],
      ['a GIF without', gif, null],
      ['an MP4 without', Buffer.concat([plain, wide]), null],
      ['a GIF cut off', told.subarray(0, 500), null],
      ['an MP4 cut off', Buffer.concat([plain, box]).subarray(0, 500), null],
      ['a box of no length', Buffer.concat([plain, Buffer.from('\0\0\0\x02free'.padEnd(40), 'latin1')]), null],
      ['a packet of 100 MB', Buffer.concat([plain, mp4Box('x'.repeat(100e6))]), null],
      ['as a GIF', gifWithXmp(gif, 'x'.repeat(100e6)), null],
      [
        'a million small blocks',
        Buffer.concat([gif.subarray(0, 19), Buffer.alloc(4e6, Buffer.from([0x21, 0xfe, 1, 0]))]),
        null,
      ],
    ] as const)
      assert.equal(xmpIn(bytes), found, name)
  })

  it('can’t set code, wires, paths or addresses by its options', () => {
    const bad = { func: 'process.exit()', seed: 3 }
    const own = {
      seed: 7,
      wires: 'x',
      type: 'exec',
      id: 'y',
      z: 'z',
      folder: 'x',
      url: 'x',
      prompt: 'http://x.example/',
      nested: {},
    }
    const flow = [node('f', 'function', {}), node('a', 'daisychain-stylegan', { seed: '' }), end]
    const options = { f: bad, a: { ...own, constructor: 1, __protox: 1 }, other: { seed: 1 }, end: null }
    const record = readProvenance(JSON.stringify({ daisychain: '1.0.0', models: [], flow, options }))
    assert.deepEqual(record?.options, { a: { seed: 7 }, end: {} })
    const made = record && reproduction(record)
    assert.deepEqual([made?.unfixed, made?.outside], [[], ['function']])
    assert.equal(made?.flow.find(({ id }) => id === 'f')?.func, undefined)
    for (const odd of [7, 'x', [1], null])
      assert.ok(readProvenance(JSON.stringify({ daisychain: '1', flow, options: odd })))
  })
})
