import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { discover, queryRemote, RemoteError, type RemoteModel } from '../../src/serving/index'
import { Image, Segmentation as LabelMap, type Segmentation } from '../../src/types/index'
import { field, flat, serve, testModel } from './support'

const python = process.env.PYTHON ?? 'python3'
const script = resolve(__dirname, '../../../test/serving/servers/sdk_server.py')

/** A server that responds with `answer` and records its requests. */
async function server(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const listening: Server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    answer(request, response, body)
  })
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      listening.closeAllConnections()
      return new Promise((done) => listening.close(done))
    },
  }
}

const json = (response: ServerResponse, value: unknown, status = 200, headers = {}) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value))

describe('a model elsewhere: a Python server of the Runway Model SDK', () => {
  let child: ChildProcess
  let url: string
  let models: RemoteModel[]
  before(async function () {
    child = spawn(python, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [port] = await Promise.race([once(child.stdout as never, 'data'), once(child, 'error').then(() => [null])])
    if (port === null) return this.skip()
    url = `http://127.0.0.1:${String(port).trim()}`
    const found = await discover(url, null)
    assert.deepEqual([found.kind, found.url], ['sdk', url])
    models = found.models
  })
  after(() => child.kill())
  const model = (name: string) => models.find((one) => one.name === name) as RemoteModel

  it('its commands, ports and types are read', () => {
    assert.deepEqual(
      models.map(({ name }) => name),
      ['describe', 'paint', 'fail', 'sleep'],
    )
    const { inputs, outputs } = model('describe')
    assert.deepEqual(inputs, [
      {
        name: 'image',
        property: 'payload',
        type: { type: 'image', channels: 3 },
        required: true,
        help: 'Any picture.',
      },
      {
        name: 'strength',
        property: 'strength',
        type: { type: 'number', min: 0, max: 1, step: 0.1, default: 0.5 },
        required: false,
        help: '',
      },
    ])
    assert.deepEqual(
      outputs.map(({ name, property }) => [name, property]),
      [
        ['caption', 'payload'],
        ['score', 'score'],
      ],
    )
  })

  it('pictures are sent as JPEG or as set; empty settings keep the server’s default', async () => {
    const picture = flat(4, 4, [1, 2, 3, 255])
    assert.deepEqual(await queryRemote(url, model('describe'), { image: picture }), {
      caption: 'got data:image/jpeg;base64 at default',
      score: 0.25,
    })
    const { caption } = await queryRemote(
      url,
      model('describe'),
      { image: picture, strength: '0.2' },
      { pictures: 'PNG' },
    )
    assert.equal(caption, 'got data:image/png;base64 at 0.2')
  })

  it('a label map is sent in the server’s colours and names', async () => {
    const map = new LabelMap({ width: 2, height: 1, data: Uint8Array.of(0, 1), labels: ['Car', 'sky'] })
    const { output } = await queryRemote(url, model('paint'), { semantic_map: map })
    assert.equal(`${output}`, 'image 2×2 RGB')
    assert.deepEqual([...(output as Image).data.subarray(0, 3)], [10, 20, 30])
    const other = new LabelMap({ width: 1, height: 1, data: Uint8Array.of(0), labels: ['zebra'] })
    await assert.rejects(queryRemote(url, model('paint'), { semantic_map: other }), /"zebra"/)
  })

  it('its errors are reported in its own words, ours before anything is sent', async () => {
    await assert.rejects(queryRemote(url, model('fail'), { prompt: 'x' }), (error: RemoteError) => {
      assert.match(
        error.message,
        /^127\.0\.0\.1:\d+ answers: Error during inference: ValueError\('the cat sat on it'\)\.$/,
      )
      return error instanceof RemoteError && error.status === 500
    })
    await assert.rejects(queryRemote(url, model('describe'), { image: 'no picture' }), /^ValueError: image |image /)
    await assert.rejects(
      queryRemote(url, { ...model('fail'), name: 'gone' }, { prompt: '' }),
      /answers: Unknown command: gone\./,
    )
  })

  it('time limit and cancelling', async () => {
    await assert.rejects(
      queryRemote(url, model('sleep'), { prompt: '' }, { timeout: 50 }),
      /gave no answer within 0\.05 s/,
    )
    const cancel = new AbortController()
    const asked = queryRemote(url, model('sleep'), { prompt: '' }, { signal: cancel.signal })
    cancel.abort()
    await assert.rejects(asked, /was cancelled/)
  })
})

describe('a model elsewhere: other servers', () => {
  const info = {
    inputs: [{ name: 'image', type: 'image', channels: 3 }],
    outputs: [
      {
        name: 'results',
        type: [
          { name: 'caption', type: 'text' },
          { name: 'probability', type: 'number' },
        ],
      },
    ],
  }

  it('the app: /info and /query, with the list of fields from 2019', async () => {
    const app = await server(({ url }, response) => {
      if (url === '/info') json(response, info)
      else if (url === '/query') json(response, { results: [{ caption: 'a bed .', probability: 0.5 }] })
      else json(response, { error: 'Not found.' }, 404)
    })
    try {
      const { kind, models } = await discover(`${app.url}/query`, null)
      assert.equal(kind, 'app')
      const { results } = await queryRemote(app.url, models[0] as RemoteModel, { image: flat(2, 2, [1, 2, 3]) })
      assert.deepEqual(results, [{ caption: 'a bed .', probability: 0.5 }])
    } finally {
      await app.close()
    }
  })

  it('hosted: /v1, a bearer token, and retries after 429 and 502', async () => {
    const refusals = [429, 502]
    const seen: (string | undefined)[] = []
    const hosted = await server(({ url, headers }, response) => {
      seen.push(headers.authorization)
      if (headers.authorization !== 'Bearer secret') return json(response, { error: 'no' }, 401)
      if (url === '/v1/info')
        return json(response, {
          name: 'story',
          description: 'Tells one',
          inputs: [{ name: 'prompt', type: 'text' }],
          outputs: [{ name: 'text', type: 'text' }],
        })
      const status = refusals.shift()
      if (status) return json(response, { error: 'busy' }, status, { 'Retry-After': '0' })
      return json(response, { generated_text: 'Once.' })
    })
    try {
      const { kind, models } = await discover(`${hosted.url}/v1`, null, { token: 'secret' })
      assert.equal(kind, 'hosted')
      const ask = (retries: number) =>
        queryRemote(hosted.url, models[0] as RemoteModel, { prompt: 'x' }, { token: 'secret', retries })
      await assert.rejects(ask(0), (error: RemoteError) => error.status === 429)
      refusals.unshift(429)
      assert.deepEqual(await ask(3), { text: 'Once.' })
      await assert.rejects(discover(`${hosted.url}/v1`, null), /answers: no/)
      assert.ok(seen.includes(undefined), 'no token is sent where none is set')
    } finally {
      await hosted.close()
    }
  })

  it('Triton-like: index, metadata, infer; forms are fitted to its shapes', async () => {
    const asked: Record<string, unknown>[] = []
    const triton = await server(({ url, headers }, response, body) => {
      if (url === '/v2')
        return json(response, {
          name: 'triton',
          version: '2.40',
          extensions: ['model_repository', 'binary_tensor_data'],
        })
      if (url === '/v2/repository/index') return json(response, [{ name: 'resnet', version: '1', state: 'READY' }])
      if (url === '/v2/models/resnet') {
        return json(response, {
          name: 'resnet',
          platform: 'onnxruntime_onnx',
          inputs: [
            { name: 'pixels', datatype: 'UINT8', shape: [-1, -1, -1, 3] },
            { name: 'temperature', datatype: 'FP32', shape: [1, 1] },
          ],
          outputs: [{ name: 'scores', datatype: 'FP32', shape: [-1, 3] }],
        })
      }
      const length = Number(headers['inference-header-content-length'])
      asked.push(JSON.parse(body.slice(0, length)))
      return json(response, { outputs: [{ name: 'scores', datatype: 'FP32', shape: [1, 3], data: [0.5, 0.25, 0.25] }] })
    })
    try {
      const { kind, models } = await discover(triton.url, null)
      const [resnet] = models as [RemoteModel]
      assert.equal(kind, 'open-inference')
      assert.deepEqual(
        resnet.inputs.map(({ name, property, type }) => [name, property, type]),
        [
          ['pixels', 'payload', { type: 'image', channels: 3 }],
          ['temperature', 'temperature', { type: 'number' }],
        ],
      )
      const { scores } = await queryRemote(triton.url, resnet, { pixels: flat(4, 2, [1, 2, 3]), temperature: 0.5 })
      assert.deepEqual(Array.from(scores as ArrayLike<number>), [0.5, 0.25, 0.25])
      const tensors = (asked[0] as { inputs: { shape: number[]; datatype: string }[] }).inputs
      assert.deepEqual(
        tensors.map(({ shape, datatype }) => [shape, datatype]),
        [
          [[1, 2, 4, 3], 'UINT8'],
          [[1, 1], 'FP32'],
        ],
      )
    } finally {
      await triton.close()
    }
  })

  it('invalid responses, and missing servers', async () => {
    let answer: unknown = {}
    const odd = await server(({ url }, response) => {
      if (url === '/info')
        return json(response, {
          inputs: [],
          outputs: [
            { name: 'image', type: 'image' },
            { name: 'n', type: 'number' },
          ],
        })
      if (url !== '/query') return json(response, {}, 404)
      return typeof answer === 'string' ? response.end(answer) : json(response, answer)
    })
    try {
      const { models } = await discover(odd.url, 'app')
      const ask = () => queryRemote(odd.url, models[0] as RemoteModel, {})
      const cases: [unknown, RegExp][] = [
        [{}, /lacks the output image/],
        [[], /isn't an object with outputs/],
        ['<html>', /cannot be read/],
        [{ error: 'The model sleeps.' }, /The model sleeps\./],
        [{ image: '/etc/passwd', n: 1 }, /^image isn't a picture/],
        [{ image: 'file:///etc/passwd', n: 1 }, /image/],
      ]
      for (const [value, sentence] of cases) {
        answer = value
        await assert.rejects(ask(), (error: Error) => {
          assert.match(error.message, sentence)
          return true
        })
      }
    } finally {
      await odd.close()
    }
    await assert.rejects(discover(odd.url, null), /cannot be reached: /)
    await assert.rejects(discover('not a server', null), /isn't a server address$/)
    await assert.rejects(discover('file:///etc/passwd', null), /must begin with http/)
  })

  it('malicious servers: endless refusals, redirects, forbidden names', async () => {
    let authorization: string | undefined = 'none came'
    const other = await server(({ headers }, response) => {
      authorization = headers.authorization
      json(response, { inputs: [], outputs: [{ name: 'text', type: 'text' }] })
    })
    const bad = await server(({ url }, response) => {
      if (url === '/redirect/info') return response.writeHead(302, { Location: `${other.url}/info` }).end()
      if (url !== '/info') return json(response, {}, 404)
      response.writeHead(500, { 'Content-Type': 'application/json' })
      const more = () => {
        while (!response.destroyed) if (!response.write('x'.repeat(65_536))) return response.once('drain', more)
        return response
      }
      return more()
    })
    try {
      await assert.rejects(discover(bad.url, 'app', { timeout: 5000 }), /rejected the request \(status 500\)/)
      await discover(`${bad.url}/redirect`, 'app', { token: 'secret' })
      assert.equal(authorization, undefined, 'the token stays with its server')
    } finally {
      await bad.close()
      await other.close()
    }
    const named = await server(({ url }, response) => {
      const fields = ['image', 'control', 'cancel', '_msgid', 'topic', '__proto__', 'constructor'].map((name) => ({
        name,
        type: name === 'image' ? 'image' : 'number',
      }))
      if (url === '/info') return json(response, { inputs: fields, outputs: fields })
      return response.end(
        '{"image":null,"control":1,"cancel":1,"_msgid":1,"topic":1,"constructor":1,"__proto__":{"x":1}}',
      )
    })
    try {
      const { models } = await discover(named.url, 'app')
      const [model] = models as [RemoteModel]
      assert.deepEqual(
        model.outputs.map(({ property }) => property),
        ['payload', 'control_', 'cancel_', '_msgid_', 'topic_', 'constructor'],
      )
      const inputs = Object.fromEntries(model.inputs.map(({ name }) => [name, 1]))
      const answer = await queryRemote(named.url, model, { ...inputs, image: flat(1, 1, [1, 2, 3]) })
      assert.equal(Object.getPrototypeOf(answer), Object.prototype)
    } finally {
      await named.close()
    }
  })

  it('integers aren’t truncated silently', async () => {
    const triton = await server(({ url }, response) => {
      if (url === '/v2/models/count')
        return json(response, {
          inputs: [{ name: 'steps', datatype: 'INT64', shape: [1] }],
          outputs: [{ name: 'n', datatype: 'INT64', shape: [1] }],
        })
      return json(response, { outputs: [{ name: 'n', datatype: 'INT64', shape: [1], data: [3] }] })
    })
    try {
      const { models, url } = await discover(`${triton.url}/v2/models/count`, null)
      const ask = (steps: number) => queryRemote(url, models[0] as RemoteModel, { steps })
      assert.deepEqual(await ask(3), { n: 3 })
      await assert.rejects(ask(0.5), /^RemoteError: |steps is 0\.5, but the server needs whole numbers \(INT64\)/)
    } finally {
      await triton.close()
    }
  })

  it('another Daisychain: label maps by name, the metres of a depth map, every type both ways', async () => {
    const depth = new Image({
      width: 2,
      height: 1,
      channels: 1,
      data: Float32Array.of(1.5, 7),
      range: [1, 8],
      unit: 'm',
    })
    const labels = ['sky', 'road']
    const types = [
      field('image', { type: 'image', channels: 1 }),
      field('map', { type: 'segmentation', labels }),
      field('z', { type: 'vector', length: 3 }),
      field('n', { type: 'number' }),
      field('text', { type: 'text' }),
      field('kind', { type: 'category', oneOf: ['a', 'b'] }),
      field('yes', { type: 'boolean' }),
      field('box', { type: 'image_bounding_box' }),
      field('found', { type: 'array', itemType: { type: 'record', fields: { score: { type: 'number' } } } }),
    ]
    const values = {
      image: depth,
      map: new LabelMap({ width: 2, height: 1, data: Uint8Array.of(1, 0), labels }),
      z: [1, 2, 3],
      n: 123456789,
      text: 'größer',
      kind: 'b',
      yes: true,
      box: [0, 0.25, 0.5, 1],
      found: [{ score: 0.25 }],
    }
    const served = await serve(testModel(types, types, (inputs) => ({ ...inputs, image: depth }), { name: 'echo' }))
    try {
      for (const kind of ['open-inference', 'sdk', 'app', 'hosted'] as const) {
        const { models, url } = await discover(served.url, kind)
        const { image, map, z, ...plain } = await queryRemote(url, models[0] as RemoteModel, values, {
          pictures: 'PNG',
        })
        assert.deepEqual([...(map as Segmentation).labels, ...(map as Segmentation).data], ['sky', 'road', 1, 0], kind)
        assert.deepEqual(Array.from(z as number[]), [1, 2, 3])
        assert.deepEqual(plain, {
          n: 123456789,
          text: 'größer',
          kind: 'b',
          yes: true,
          box: [0, 0.25, 0.5, 1],
          found: [{ score: 0.25 }],
        })
        const { data, unit } = image as Image
        if (kind === 'open-inference') assert.deepEqual([...data, unit], [1.5, 7, 'm'])
        else assert.deepEqual([data.length, unit], [2, undefined])
      }
    } finally {
      await served.close()
    }
  })
})
