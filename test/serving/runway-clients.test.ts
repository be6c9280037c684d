import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { counts, decodeImage, encodeImage } from '../../src/images/index'
import { Image, isSegmentation, type Segmentation } from '../../src/types/index'
import { field, flat, post, type Served, serve, testModel } from './support'

const cars = ['sky', 'road', 'car']
const mapType = {
  type: 'segmentation',
  labels: cars,
  labelToColor: { sky: [0, 0, 255], road: [90, 90, 90], car: [255, 0, 0] },
} as const

/**
 * Requests of Runway's public clients: method, path, every header that they or their HTTP library set, and
 * the body in their form. Each test names the repository and file that sends them.
 */
describe("Runway's clients over HTTP", () => {
  let served: Served
  let seen: Record<string, unknown> = {}
  const model = testModel(
    [
      field('image', { type: 'image', channels: 3 }),
      field('semantic_map', mapType as never),
      field('prompt', { type: 'text', default: '' }),
      field('seed', { type: 'number', min: 0, max: 1000, default: 0 }),
    ],
    [
      field('image', { type: 'image', channels: 3 }),
      field('depth', { type: 'image', channels: 1 }),
      field('text', { type: 'text' }),
    ],
    (inputs) => {
      seen = inputs
      const image = (inputs.image as Image | undefined) ?? flat(4, 4, [10, 200, 30])
      return { image, depth: flat(image.width, image.height, [7]), text: `${inputs.prompt ?? ''} and so on` }
    },
    { command: 'generate' },
  )
  before(async () => {
    served = await serve(model, { origins: ['*'] })
  })
  after(() => served.close())
  beforeEach(() => {
    seen = {}
  })

  it('processing-library, RunwayHTTP.java: /info, /error, /data, /query with its headers', async () => {
    const fresh = await serve(
      testModel(
        [field('image', { type: 'image' }, { required: true })],
        [field('image', { type: 'image' })],
        ({ image }) => ({ image }),
      ),
    )
    try {
      // loadJSONObject of Processing, which is Java's URLConnection.
      const java = {
        'User-Agent': 'Java/1.8.0_202',
        Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
        Connection: 'keep-alive',
      }
      const get = async (route: string) =>
        JSON.parse((await raw(fresh, null, java, route)).text) as Record<string, unknown>
      const info = (await get('/info')) as { inputs: Record<string, unknown>[]; outputs: Record<string, unknown>[] }
      assert.deepEqual(info.inputs, [
        { name: 'image', type: 'image', description: null, channels: 3, defaultOutputFormat: 'JPEG' },
      ])
      assert.deepEqual(await get('/error'), { error: null })
      assert.deepEqual(await get('/data'), {})
      // ModelUtils.toRunwayImageQuery, sent with the headers of sendQuery. It cannot read a compressed
      // response. OkHttp itself adds the charset to the type.
      const jpeg = (await encodeImage(flat(640, 480, [200, 40, 40]), 'jpeg')).toString('base64')
      const answer = await raw(fresh, `{"image":"data:image/jpeg;base64,${jpeg}"}`, {
        'Content-Type': 'application/json; charset=utf-8',
        Accept: '*/*',
        'Accept-Encoding': 'gzip, deflate',
        Connection: 'keep-alive',
        'User-Agent': 'okhttp/3.14.1',
      })
      assert.equal(answer.headers['content-encoding'], undefined)
      const { image } = JSON.parse(answer.text)
      assert.match(image, /^data:image\/jpeg;base64,/)
      // update() requests both before each frame, so the pictures must not be encoded again each time.
      const encoded = counts.encoded
      for (let i = 0; i < 20; i++) {
        assert.deepEqual(await get('/error'), { error: null })
        assert.deepEqual(await get('/data'), { image })
      }
      assert.equal(counts.encoded, encoded)
    } finally {
      await fresh.close()
    }
  })

  it('p5js, CycleGAN_HTTP/cyclegan.js: httpPost of p5 0.7, a JSON body after the browser’s preflight', async () => {
    const preflight = await fetch(`${served.url}/query`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:8080',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    })
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://localhost:8080')
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /content-type/i)
    const jpeg = (await encodeImage(flat(8, 6, [1, 2, 3]), 'jpeg')).toString('base64')
    const { status, body, headers } = await post(
      `${served.url}/query`,
      { image: `data:image/jpeg;base64,${jpeg}` },
      { Origin: 'http://localhost:8080' },
    )
    assert.equal(status, 200)
    assert.equal(headers.get('access-control-allow-origin'), 'http://localhost:8080')
    assert.match(body.image as string, /^data:image\/jpeg/)
    assert.match(body.depth as string, /^data:image\/png/)
    assert.equal(`${seen.image}`, 'image 8×6 RGB')
  })

  it('p5js, PhotoSketch/ColoringBook/sketch.js: requests the last result from another server’s page', async () => {
    await post(`${served.url}/query`, { prompt: 'x' })
    const answer = await fetch(`${served.url}/data`, { headers: { Origin: 'http://localhost:8080' } })
    assert.equal(answer.headers.get('access-control-allow-origin'), 'http://localhost:8080')
    assert.match(((await answer.json()) as { image: string }).image, /^data:image\/jpeg/)
  })

  it('javascript, attngan/script.js and p5js, AttnGAN/attn_gan.js: a caption at every keystroke', async () => {
    for (const prompt of ['', 'a', 'a ']) {
      const { body } = await post(`${served.url}/query`, { prompt }, { Accept: 'application/json' })
      assert.equal(body.text, `${prompt} and so on`)
    }
  })

  it('p5js, GPT2/gpt2.js: prompt and seed', async () => {
    const { body } = await post(`${served.url}/query`, { prompt: 'Once', seed: 20 })
    assert.equal(body.text, 'Once and so on')
    assert.equal(seen.seed, 20)
  })

  it('javascript, Noise2DSynth/js/index.js: a label map as a JPEG of its colours', async () => {
    const image = new Image({ width: 32, height: 16, channels: 3, data: painted(32, 16) })
    const jpeg = (await encodeImage(image, 'jpeg')).toString('base64')
    const { status } = await post(`${served.url}/query`, { semantic_map: `data:image/jpeg;base64,${jpeg}` })
    assert.equal(status, 200)
    const map = seen.semantic_map as Segmentation
    assert.ok(isSegmentation(map))
    assert.deepEqual([map.data[0], map.data[32 * 16 - 1], [...map.labels]], [0, 2, cars])
  })

  it('ofxRunway, ofxRunway.cpp: GET /info and POST /query, both with a content type and an empty accept-encoding; bare base64 too', async () => {
    const png = (await encodeImage(flat(5, 5, [1, 2, 3, 255]), 'png')).toString('base64')
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'Accept-Encoding': '' }
    const info = await raw(served, null, headers, '/info')
    assert.equal(info.status, 200)
    assert.equal(JSON.parse(info.text).inputs[0].name, 'image')
    for (const image of [png, `data:image/png;base64,${png}`]) {
      const answer = await raw(served, JSON.stringify({ image }), headers)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['content-encoding'], undefined)
      assert.equal(`${seen.image}`, 'image 5×5 RGB')
    }
  })

  it('VL.RunwayML, ModelDescription.cs and ModelNode.cs: anything that looks like a number is sent as one', async () => {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
    assert.equal((await raw(served, null, headers, '/info')).status, 200)
    const jpeg = (await encodeImage(flat(4, 4, [1, 2, 3]), 'jpeg')).toString('base64')
    const body = `{"image": "data:image/jpeg;base64,${jpeg}", "prompt": 42, "seed": 7}`
    const { status, text } = await raw(served, body, { ...headers, Expect: '100-continue' })
    assert.equal(status, 200, text)
    assert.deepEqual([seen.prompt, seen.seed, JSON.parse(text).text], ['42', 7, '42 and so on'])
  })

  it('orx, RunwayHttp.kt: a PNG labelled as JPEG', async () => {
    const png = (await encodeImage(flat(6, 4, [1, 2, 3]), 'png')).toString('base64')
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'User-Agent': 'Java/11.0.2' }
    const { status } = await raw(served, JSON.stringify({ image: `data:image/jpeg;base64,${png}` }), headers)
    assert.deepEqual([status, `${seen.image}`], [200, 'image 6×4 RGB'])
  })

  it('learn, docs/how-to/network.md: curl and Python', async () => {
    const answer = await raw(served, '{ "prompt": "a" }', { 'Content-type': 'application/json' })
    assert.equal(JSON.parse(answer.text).text, 'a and so on')
    // curl -d without -H sends this type, and the SDK never checked it
    const form = await raw(served, '{ "prompt": "b" }', { 'Content-Type': 'application/x-www-form-urlencoded' })
    assert.equal(JSON.parse(form.text).text, 'b and so on')
  })

  it('MicroPython (urequests) and arduino, send_text_attnGan.ino: old versions of HTTP, with responses of known length', async () => {
    const body = '{"prompt": "c"}'
    const length = `Content-Type: application/json\r\nContent-Length: ${body.length}`
    const questions = [
      `POST /query HTTP/1.0\r\nHost: 127.0.0.1\r\n${length}\r\n\r\n${body}`,
      `POST /query HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: ESP8266HTTPClient\r\nAccept-Encoding: identity;q=1,chunked;q=0.1,*;q=0\r\nConnection: close\r\n${length}\r\n\r\n${body}`,
    ]
    for (const question of questions) {
      const [head = '', text = ''] = (await written(served, question)).split('\r\n\r\n')
      assert.match(head, /^HTTP\/1\.1 200 OK\r\n/)
      assert.doesNotMatch(head, /transfer-encoding/i)
      assert.equal(JSON.parse(text).text, 'c and so on')
    }
  })

  it('RunwayML-for-Grasshopper, Senddata.cs: every value is a string', async () => {
    const png = (await encodeImage(flat(3, 2, [1, 2, 3]), 'png')).toString('base64')
    const ask = (name: string, data: string) =>
      raw(served, `{"${name}":"${data}"}`, { 'Content-Type': 'application/json' })
    assert.deepEqual([(await ask('image', png)).status, `${seen.image}`], [200, 'image 3×2 RGB'])
    assert.equal(JSON.parse((await ask('prompt', 'd')).text).text, 'd and so on')
    assert.deepEqual([(await ask('seed', '7')).status, seen.seed], [200, 7])
  })

  it('hosted-models, src/HostedModel.ts: /v1/, /v1/info, /v1/query with a bearer token', async () => {
    const locked = await serve(model, { token: 's3cret' })
    try {
      const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
      const allowed = { ...headers, Authorization: 'Bearer s3cret' }
      assert.equal((await fetch(`${locked.url}/v1/`, { headers })).status, 401)
      assert.equal(
        (await fetch(`${locked.url}/v1/`, { headers: { ...headers, Authorization: 'Bearer wrong' } })).status,
        401,
      )
      const root = await fetch(`${locked.url}/v1/`, { headers: allowed })
      assert.match(root.headers.get('content-type') ?? '', /application\/json/)
      assert.equal(((await root.json()) as { status: string }).status, 'running')
      const info = (await (await fetch(`${locked.url}/v1/info`, { headers: allowed })).json()) as { inputs: unknown[] }
      assert.equal(info.inputs.length, 4)
      assert.equal((await post(`${locked.url}/v1/query`, { prompt: 'x' }, allowed)).body.text, 'x and so on')
      assert.equal((await fetch(`${locked.url}/healthcheck`)).status, 200, 'a watchdog needs no token')
    } finally {
      await locked.close()
    }
  })

  it('RunwayML-for-Unity, RunwayHub.cs, and -for-Photoshop: POST to commands[0] of /meta', async () => {
    const meta = (await (await fetch(`${served.url}/meta`)).json()) as {
      commands: { name: string; inputs: { name: string }[] }[]
      options: []
    }
    const [command] = meta.commands
    assert.deepEqual(meta.options, [])
    assert.deepEqual(
      command?.inputs.map(({ name }) => name),
      ['image', 'semantic_map', 'prompt', 'seed'],
    )
    assert.deepEqual(
      await (await fetch(served.url)).json().then((root) => Object.keys(root as object)),
      Object.keys(meta),
    )
    const unity = {
      'Content-Type': 'application/json',
      'User-Agent': 'UnityPlayer/2019.2',
      'X-Unity-Version': '2019.2',
    }
    const photoshop = { 'Content-Type': 'application/json', Accept: 'application/json', 'Cache-Control': 'no-cache' }
    for (const headers of [unity, photoshop]) {
      const { text } = await raw(served, '{"prompt":"y"}', headers as never, `/${command?.name}`)
      assert.equal(JSON.parse(text).text, 'y and so on')
    }
    assert.equal(((await (await fetch(`${served.url}/generate`)).json()) as { name: string }).name, 'generate')
    assert.deepEqual((await post(`${served.url}/setup`, {})).body, { success: true })
  })

  it('model-sdk, tests/test_model.py and utils.py: gzip bodies, unknown commands, bodies without JSON', async () => {
    const zipped = await post(`${served.url}/generate`, gzipSync(JSON.stringify({ prompt: 'z' })), {
      'Content-Encoding': 'gzip',
    })
    assert.equal(zipped.body.text, 'z and so on')
    const unknown = await post(`${served.url}/nothing`, {})
    assert.deepEqual([unknown.status, unknown.body], [404, { error: 'Unknown command: nothing.' }])
    const broken = await post(`${served.url}/generate`, 'this is not JSON')
    assert.deepEqual([broken.status, broken.body], [400, { error: 'The body of all POST requests must contain JSON.' }])
  })

  it('model-sdk, model.py: X-Runway-Output-Format', async () => {
    const ask = (format: string) => post(`${served.url}/generate`, {}, { 'X-Runway-Output-Format': format })
    const png = await ask('image=PNG;depth=JPEG')
    assert.match(png.body.image as string, /^data:image\/png/)
    assert.match(png.body.depth as string, /^data:image\/jpeg/)
    const exr = await ask('image=EXR')
    assert.deepEqual([exr.status, exr.body.error], [400, 'Pictures are sent as JPEG, PNG, WEBP or IDS, not as "EXR".'])
  })

  it('the pictures in a response are those of the model', async () => {
    const { body } = await post(`${served.url}/query`, {}, { 'X-Runway-Output-Format': 'image=PNG' })
    const bytes = Buffer.from((body.image as string).split(',')[1] ?? '', 'base64')
    const picture = await decodeImage(bytes)
    assert.deepEqual([...picture.data.subarray(0, 3)], [10, 200, 30])
  })
})

/** The left half is sky, the right half car. */
function painted(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) data.set(i % width < width / 2 ? [0, 0, 255] : [255, 0, 0], i * 3)
  return data
}

/** Sends a request with exactly these headers (a GET if it has no body), and returns the raw response. */
function raw({ port }: Served, body: string | null, headers: Record<string, string>, path = '/query') {
  return new Promise<{ status?: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      path,
      method: body === null ? 'GET' : 'POST',
      headers: { ...headers, ...(body !== null && { 'Content-Length': Buffer.byteLength(body) }) },
    })
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end(body ?? undefined)
  })
}

/** Sends exactly these bytes, and returns everything until the server closes the connection. */
function written({ port }: Served, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('utf8').on('data', (part) => (text += part))
    socket.on('end', () => resolve(text)).on('error', reject)
  })
}
