import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { createEngine, type Engine, type EngineError } from '../../src/engine'
import { servedName } from '../../src/engine/lane/open-inference'
import { decodeAnswer, metadataOf } from '../../src/engine/lane/open-inference-codec'
import { findVariant, loadManifests, modelPath, runModel } from '../../src/models'
import { Image } from '../../src/types'
import { type ServerOptions, startInferenceServer } from './inference-server'

const densedepth = loadManifests().find(({ id }) => id === 'densedepth')
assert.ok(densedepth)
const mini = findVariant(densedepth, 'mini')
const file = modelPath(densedepth, mini)

const picture = new Image({
  width: 48,
  height: 32,
  channels: 3,
  data: Uint8Array.from({ length: 48 * 32 * 3 }, (_, i) => (i * 7) % 256),
})

async function depth(engine: Engine): Promise<Float32Array> {
  assert.ok(densedepth)
  // A server receives finished tensors, so the local model must too.
  const variant = { ...mini, session: { inGraph: false } }
  const { outputs } = await runModel(densedepth, variant, { image: picture }, engine)
  return (outputs.depth_image as Image).data as Float32Array
}

async function refusal(work: Promise<unknown>): Promise<EngineError> {
  return work.then(
    () => assert.fail('it was not refused'),
    (error) => error as EngineError,
  )
}

describe('an engine whose models run on an inference server', function () {
  this.timeout(60_000)
  const behind = createEngine({ device: 'cpu', log() {} })
  const opened: { stop(): void }[] = []
  const engines: Engine[] = []
  let local: Float32Array
  before(async () => {
    local = await depth(behind)
  })
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()))
    for (const server of opened.splice(0)) server.stop()
  })
  after(() => behind.close())

  async function serve(options?: ServerOptions) {
    const server = await startInferenceServer(behind, file, options)
    opened.push(server)
    return server
  }
  function engineOn(
    addresses: string[],
    more: { token?: string; model?: string } = {},
    isolation: 'process' | 'thread' = 'thread',
  ) {
    const engine = createEngine({ isolation, server: { addresses, ...more }, log() {} })
    engines.push(engine)
    return engine
  }

  for (const isolation of ['process', 'thread'] as const)
    it(`gives the model's output here (${isolation})`, async () => {
      const { address, asked } = await serve()
      const engine = engineOn([address], {}, isolation)
      const { device, inputs } = await engine.load(file)
      assert.equal(device, 'server')
      assert.deepEqual(
        inputs,
        (await behind.load(file)).inputs.map((input) => ({
          ...input,
          shape: input.shape.map((size) => (typeof size === 'string' ? '' : size)),
        })),
      )
      assert.deepEqual(await depth(engine), local)
      await depth(engine)
      assert.deepEqual(asked, [
        'GET /v2/models/densedepth-mini/ready',
        'GET /v2',
        'GET /v2/models/densedepth-mini',
        'POST /v2/models/densedepth-mini/infer',
        'POST /v2/models/densedepth-mini/infer',
      ])
      assert.deepEqual(
        engine.state.loaded.map(({ bytes }) => bytes),
        [0],
        'it takes no memory here',
      )
    })

  it('sends and reads JSON if a server lists its extensions without the binary one', async () => {
    const { address } = await serve({ json: true })
    assert.deepEqual(await depth(engineOn([address])), local)
  })

  it('sends the token, and reports the server’s words without it', async () => {
    const { address } = await serve({ token: 'secret' })
    assert.deepEqual(await depth(engineOn([address], { token: 'secret' })), local)
    const { code, message } = await refusal(depth(engineOn([address])))
    assert.equal(code, 'server')
    assert.match(
      message,
      /^The model densedepth-mini could not run on the inference server: http.* says 401: no such token\. Check/,
    )
  })

  it('uses the next address if one doesn’t respond or isn’t ready, and stays with it', async () => {
    const gone = await serve()
    gone.stop()
    const busy = await serve({ refuse: () => ({ status: 503, body: 'starting' }) })
    const ready = await serve()
    const engine = engineOn([gone.address, busy.address, ready.address])
    assert.deepEqual(await depth(engine), local)
    await depth(engine)
    // The engine may have checked it more than once meanwhile.
    assert.deepEqual([...new Set(busy.asked)], ['GET /v2/models/densedepth-mini/ready'])
    assert.equal(ready.asked.length, 5)
  })

  it('skips an address at which the model is missing or still loading', async () => {
    for (const status of [400, 404, 503]) {
      const loading = await serve({ refuse: () => ({ status, body: '{"error":"model not ready"}' }) })
      const ready = await serve()
      assert.deepEqual(await depth(engineOn([loading.address, ready.address])), local)
      assert.deepEqual([...new Set(loading.asked)], ['GET /v2/models/densedepth-mini/ready'])
    }
  })

  it('works over TLS if the server’s certificate is trusted', async function () {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-tls-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const known = process.env.NODE_EXTRA_CA_CERTS
    try {
      const words = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${cert}`
      if (spawnSync('openssl', words.split(' ')).status !== 0) return this.skip()
      const { address } = await serve({ token: 'secret' })
      const front = createSecureServer(
        { key: readFileSync(key), cert: readFileSync(cert) },
        async (request, response) => {
          const body = Buffer.concat(await request.toArray())
          const headers = Object.fromEntries(
            Object.entries(request.headers).filter(([name]) => /^(authorization|inference|content-type)/.test(name)),
          ) as Record<string, string>
          const sent = request.method === 'POST' ? { method: 'POST', body } : {}
          const answer = await fetch(address + request.url, { headers, ...sent })
          response.writeHead(answer.status, Object.fromEntries(answer.headers))
          response.end(Buffer.from(await answer.arrayBuffer()))
        },
      )
      await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
      opened.push({
        stop() {
          front.closeAllConnections()
          front.close()
        },
      })
      const secure = `https://127.0.0.1:${(front.address() as AddressInfo).port}`
      const stranger = await refusal(depth(engineOn([secure], { token: 'secret' }, 'process')))
      assert.match(stranger.message, /does not answer \(self-signed certificate\)/)
      process.env.NODE_EXTRA_CA_CERTS = cert
      assert.deepEqual(await depth(engineOn([secure], { token: 'secret' }, 'process')), local)
    } finally {
      if (known === undefined) delete process.env.NODE_EXTRA_CA_CERTS
      else process.env.NODE_EXTRA_CA_CERTS = known
      rmSync(folder, { recursive: true })
    }
  })

  it('fuzz: any response becomes tensors or a sentence', () => {
    const output = fc.record(
      {
        name: fc.string(),
        datatype: fc.constantFrom('FP32', 'FP16', 'INT64', 'UINT8', 'BOOL', 'BF16', 7),
        shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 4 }), fc.jsonValue()),
        data: fc.oneof(fc.array(fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.string())), fc.jsonValue()),
        parameters: fc.oneof(fc.jsonValue(), fc.record({ binary_data_size: fc.integer({ min: -9, max: 40 }) })),
      },
      { requiredKeys: [] },
    )
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record({ outputs: fc.array(fc.oneof(output, fc.constant(null)), { maxLength: 3 }) }),
    )
    fc.assert(
      fc.property(json, fc.uint8Array({ maxLength: 60 }), fc.option(fc.nat({ max: 300 })), (value, behind, cut) => {
        const text = Buffer.from(JSON.stringify(value))
        const length = cut === null ? null : String(cut % 2 === 0 ? text.length : cut)
        for (const read of [
          () => decodeAnswer(Buffer.concat([text, behind]), length, 'depth'),
          () => metadataOf(value, 'depth'),
        ])
          try {
            read()
          } catch (error) {
            assert.equal((error as EngineError).code, 'server-away', `${error}`)
          }
      }),
      { numRuns: 2000 },
    )
  })

  it('continues when a server comes back', async () => {
    let isDown = false
    const { address } = await serve({
      refuse: () => (isDown ? { status: 500, body: '{"error":"out of memory"}' } : null),
    })
    const engine = engineOn([address])
    await depth(engine)
    isDown = true
    assert.match((await refusal(depth(engine))).message, /says 500: out of memory/)
    isDown = false
    assert.deepEqual(await depth(engine), local)
  })

  it('reports which name is unknown there', async () => {
    const { address } = await serve()
    assert.match(
      (await refusal(depth(engineOn([address], { model: 'depth' })))).message,
      /The model depth .* 404: Request for unknown model/,
    )
  })

  it('compares inputs and outputs with the model', async () => {
    const { address } = await serve({
      refuse: (path) =>
        path.endsWith('mini')
          ? {
              status: 200,
              body: '{"inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,3,128,128]}],"outputs":[{"name":"depth","datatype":"FP32","shape":[-1,1,-1,-1]}]}',
            }
          : null,
    })
    const { code, message } = await refusal(depth(engineOn([address])))
    assert.equal(code, 'server')
    assert.match(message, /127\.0\.0\.1:\d+ has a different model of this name: it has no input "image"/)
  })

  for (const [what, body] of [
    ['a page', '<html>'],
    ['no tensors', '{}'],
    ['a type nobody knows', '{"inputs":[{"name":"image","datatype":"BF16","shape":[1]}],"outputs":[]}'],
    ['lists of nothing', '{"inputs":[{}],"outputs":[null]}'],
  ] as const)
    it(`says so where the answer is ${what}`, async () => {
      const { address } = await serve({ refuse: () => ({ status: 200, body }) })
      const { code, message } = await refusal(depth(engineOn([address])))
      assert.equal(code, 'server')
      assert.match(
        message,
        /densedepth-mini could not run .*127\.0\.0\.1:\d+ doesn't follow the Open Inference Protocol/,
      )
    })

  it('cancels a run that takes too long', async () => {
    const { address } = await serve()
    const slow = createServer((request, response) => {
      if (request.method === 'GET')
        void fetch(address + request.url).then(async (answer) => response.end(await answer.text()))
    })
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    opened.push({
      stop() {
        slow.closeAllConnections()
        slow.close()
      },
    })
    const engine = createEngine({
      timeLimit: 1500,
      server: { addresses: [`http://127.0.0.1:${(slow.address() as AddressInfo).port}`] },
      log() {},
    })
    engines.push(engine)
    assert.equal((await refusal(depth(engine))).code, 'time-limit')
  })

  it('names models according to the settings', () => {
    assert.equal(servedName('/x/densedepth/mini.onnx'), 'densedepth-mini')
    assert.equal(servedName('/x/densedepth/mini.onnx', 'rooms_{folder}'), 'rooms_densedepth')
    assert.equal(servedName('/x/a/b.ONNX', '{file}'), 'b')
  })
})
