import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { createEngine, type Engine, type EngineError } from '../../src/engine'
import { loadGrpc } from '../../src/grpc/load-grpc'
import { SERVICE, tensorsOf, withTensors } from '../../src/grpc/open-inference'
import { ProtobufError } from '../../src/onnx/protobuf'
import { block, word } from '../../src/onnx/write'
import { RequestError, serveGrpc } from '../../src/serving/index'
import { Image } from '../../src/types/index'
import { model as file, row, tensor, until } from '../engine/support'
import { field, testModel } from '../serving/support'
import { type Any, asking, grpcOfOthers } from './support'

const others = grpcOfOthers()

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const floats = (...numbers: number[]) => Buffer.from(Float32Array.from(numbers).buffer)

describe('the Open Inference Protocol over gRPC', function () {
  this.timeout(30_000)
  before(function () {
    if (!others) {
      console.log('      Skipped: @grpc/grpc-js is not installed here. Run "npm install".')
      this.skip()
    }
  })
  const { grpc, Service } = others ?? ({} as NonNullable<typeof others>)
  const closing: (() => void | Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  describe('a published flow', () => {
    const picture = new Image({ width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) })
    let seen: Record<string, unknown> = {}
    const flow = (name: string) =>
      testModel(
        [field('z', { type: 'vector', length: 2 }, { required: true }), field('prompt', { type: 'text' })],
        [field('image', { type: 'image', channels: 3 }), field('text', { type: 'text' })],
        (inputs) => {
          if (inputs.prompt === 'fail') throw new RequestError(503, 'No place is free')
          seen = inputs
          return { image: picture, text: 'größer' }
        },
        { name },
      )

    async function served(token = '', limit = 2 ** 20, names = ['rooms']) {
      const port = await freePort()
      for (const name of names)
        closing.push(await serveGrpc(flow(name), { token, origins: [] }, { host: '127.0.0.1', port, limit }))
      const client = new Service(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
      closing.push(() => client.close())
      const metadata = new grpc.Metadata()
      return { ask: asking(client), port, withToken: asking(client, metadata), metadata }
    }
    const z = { name: 'z', datatype: 'FP32', shape: [2] }

    it('reads as many numbers as it states, and refuses messages with too many parts before they hold up everything else', () => {
      const { ModelInfer } = SERVICE
      /** All clients but ours send lists of numbers. */
      const packed = (count: number) => {
        const numbers = Buffer.from(Float32Array.from({ length: count }, (_, i) => i).buffer)
        return block(5, Buffer.concat([word(2, 'FP32'), block(5, block(6, numbers))]))
      }
      const [{ bytes } = { bytes: undefined }] = tensorsOf(ModelInfer.requestDeserialize(packed(300_000)), 'inputs')
      assert.deepEqual(
        new Float32Array(bytes?.buffer as ArrayBuffer),
        Float32Array.from({ length: 300_000 }, (_, i) => i),
      )
      const tooMany = /too many parts to be read at once/
      const refused = [
        Buffer.alloc(40_000, Buffer.from([42, 0])), // empty inputs
        Buffer.alloc(40_000, Buffer.from([58, 0])), // empty contents
        Buffer.alloc(40_000, Buffer.from([120, 1])), // an unknown field
        packed(500_000),
      ]
      for (const bytes of refused) assert.throws(() => ModelInfer.requestDeserialize(bytes), tooMany)
    })

    it('describes itself, and responds with the bytes of its outputs', async () => {
      const { ask } = await served()
      assert.deepEqual(await ask('ServerLive'), { live: true })
      assert.deepEqual(await ask('ServerReady'), { ready: true })
      assert.deepEqual(await ask('ModelReady', { name: 'rooms' }), { ready: true })
      assert.equal((await ask('ServerMetadata')).name, 'daisychain')
      const { inputs, outputs, versions } = await ask('ModelMetadata', { name: 'rooms' })
      assert.deepEqual(versions, ['1'])
      assert.deepEqual(inputs[0], z)
      assert.deepEqual(outputs[0], { name: 'image', datatype: 'UINT8', shape: [-1, -1, 3] })
      const request = { model_name: 'rooms', id: 'mine', inputs: [z], raw_input_contents: [floats(1.5, -2)] }
      const answer = await ask('ModelInfer', request)
      assert.deepEqual(seen, { z: [1.5, -2] })
      assert.deepEqual([answer.id, answer.model_name], ['mine', 'rooms'])
      assert.deepEqual(answer.outputs[0].shape, [1, 2, 3])
      assert.deepEqual(answer.raw_output_contents[0], Buffer.of(1, 2, 3, 4, 5, 6))
      assert.equal(answer.raw_output_contents[1].subarray(4).toString(), 'größer')
      // It must return only the requested outputs.
      const one = await ask('ModelInfer', { ...request, outputs: [{ name: 'text' }] })
      assert.deepEqual(
        one.outputs.map(({ name }: { name: string }) => name),
        ['text'],
      )
    })

    it('accepts numbers and words inside the tensors too', async () => {
      const { ask } = await served()
      const inputs = [
        { ...z, contents: { fp32_contents: [0.5, 3] } },
        { name: 'prompt', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from('Bär')] } },
      ]
      await ask('ModelInfer', { model_name: 'rooms', inputs })
      assert.deepEqual(seen, { z: [0.5, 3], prompt: 'Bär' })
    })

    it('refuses requests in sentences, each with its status', async () => {
      const { ask } = await served()
      const infer = (more: object) => ask('ModelInfer', { model_name: 'rooms', inputs: [z], ...more })
      const wrong: [what: Promise<unknown>, code: number, sentence: RegExp][] = [
        [ask('ModelReady', { name: 'other' }), 5, /There is no model "other" on this port/],
        [infer({ raw_input_contents: [floats(1)] }), 3, /z: 2 elements of FP32 are 8 bytes, not 4/],
        [infer({}), 3, /z has no contents/],
        [infer({ inputs: [] }), 3, /Missing input: z/],
        [infer({ inputs: [{ ...z, datatype: 'BF16' }], raw_input_contents: [floats(1)] }), 3, /BF16.*isn't supported/],
        [infer({ inputs: [{ ...z, shape: [-2] }], raw_input_contents: [floats(1)] }), 3, /"shape" must be/],
        [
          infer({ raw_input_contents: [floats(1, 2)], outputs: [{ name: 'nothing' }] }),
          3,
          /There is no output "nothing"/,
        ],
        [
          infer({
            inputs: [
              { ...z, contents: { fp32_contents: [1, 2] } },
              { name: 'prompt', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from('fail')] } },
            ],
          }),
          14,
          /No place is free/,
        ],
        [infer({ raw_input_contents: [Buffer.alloc(2 ** 20 + 1)] }), 8, /larger than max|Received message larger/],
      ]
      for (const [what, code, sentence] of wrong)
        await assert.rejects(what, (error: { code: number; details: string }) => {
          assert.match(error.details, sentence)
          return error.code === code
        })
    })

    it('requires its token', async () => {
      const { ask, withToken, metadata } = await served('secret')
      await assert.rejects(ask('ModelMetadata', { name: 'rooms' }), { code: 16 })
      metadata.set('authorization', 'Bearer secret')
      assert.equal((await withToken('ModelMetadata', { name: 'rooms' })).name, 'rooms')
    })

    it('shares its port with others of another name, and closes it with the last one', async () => {
      const { ask, port } = await served('', 2 ** 20, ['rooms', 'meadow'])
      for (const name of ['rooms', 'meadow']) assert.deepEqual(await ask('ModelReady', { name }), { ready: true })
      const where = { host: '127.0.0.1', port, limit: 2 ** 20 }
      const open = { token: '', origins: [] }
      await assert.rejects(serveGrpc(flow('rooms'), open, where), /already uses the name rooms on the gRPC port/)
      await assert.rejects(serveGrpc(flow('x'), open, { ...where, limit: 2 ** 21 }), /smaller size limit/)
      for (const close of closing.splice(0).reverse()) await close()
      const other = createServer().listen(port, '127.0.0.1')
      await new Promise((resolve) => other.once('listening', resolve))
      try {
        await assert.rejects(serveGrpc(flow('rooms'), open, where), /already in use/)
      } finally {
        other.close()
      }
    })
  })

  describe('an engine with a server that speaks it', () => {
    const engines: Engine[] = []
    afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.close())))

    /** A server with a model that adds, written with gRPC's own loader. */
    async function adder({ token = '', inContents = false, port = 0, lies = false } = {}) {
      const asked: string[] = []
      const io = (name: string) => ({ name, datatype: 'FP32', shape: [1, -1] })
      const answering =
        (method: string, answer: (request: Any) => object) =>
        (call: Any, done: (error: unknown, answer?: object) => void) => {
          asked.push(method)
          if (token && call.metadata.get('authorization')[0] !== `Bearer ${token}`)
            return done({ code: 16, details: 'no such token' })
          done(null, answer(call.request))
        }
      const server = new grpc.Server()
      server.addService(Service.service, {
        ServerLive: answering('ServerLive', () => ({ live: true })),
        ModelReady: answering('ModelReady', () => ({ ready: true })),
        ModelMetadata: answering('ModelMetadata', () => ({
          name: 'add',
          inputs: [io('a'), io('b')],
          outputs: [io('sum')],
        })),
        ModelInfer: answering('ModelInfer', ({ raw_input_contents }) => {
          const [a = [], b = []] = (raw_input_contents as Buffer[]).map(
            (bytes) => new Float32Array(new Uint8Array(bytes).buffer),
          )
          const sum = Array.from(a, (value, i) => value + (b[i] as number))
          const outputs = [{ name: 'sum', datatype: 'FP32', shape: [1, lies ? 99 : sum.length] }]
          return inContents
            ? { outputs: outputs.map((output) => ({ ...output, contents: { fp32_contents: sum } })) }
            : { outputs, raw_output_contents: [floats(...sum)] }
        }),
      })
      const at = await new Promise<number>((resolve, reject) =>
        server.bindAsync(
          `127.0.0.1:${port}`,
          grpc.ServerCredentials.createInsecure(),
          (error: unknown, bound: number) => (error ? reject(error) : resolve(bound)),
        ),
      )
      const stop = () => server.forceShutdown()
      closing.push(stop)
      return { address: `grpc://127.0.0.1:${at}`, asked, stop, port: at }
    }
    function engineOn(addresses: string[], token?: string): Engine {
      const server = { addresses, model: '{file}', ...(token && { token }) }
      const engine = createEngine({ isolation: 'thread', server, log() {} })
      engines.push(engine)
      return engine
    }
    const add = (engine: Engine) => engine.run(file('add'), { a: row(1, 2, 3), b: row(10, 20, 30) }, { sum: tensor })

    it('runs models there, whether the response’s numbers come after it or in it', async () => {
      for (const inContents of [false, true]) {
        const { address, asked } = await adder({ inContents, token: 'secret' })
        const { outputs, device } = await add(engineOn([address], 'secret'))
        assert.deepEqual([...outputs.sum.data], [11, 22, 33])
        assert.equal(device, 'server')
        assert.deepEqual(asked, ['ModelReady', 'ModelMetadata', 'ModelInfer'])
        await assert.rejects(add(engineOn([address])), /The model add could not run .*says 16 \(no such token\)/)
      }
    })

    it('uses another server, over HTTP or gRPC, if one is unavailable or lies, and returns to it', async () => {
      const [goes, stays] = [await adder(), await adder()]
      const engine = engineOn([goes.address, stays.address])
      await add(engine)
      goes.stop()
      assert.deepEqual([...(await add(engine)).outputs.sum.data], [11, 22, 33])
      assert.match(engine.state.servers?.[0]?.away ?? '', /^grpc:\/\/127.* does not answer/)
      await adder({ port: goes.port })
      await until(() => engine.state.servers?.[0]?.away === undefined)
      const liar = engineOn([(await adder({ lies: true })).address, stays.address])
      assert.deepEqual([...(await add(liar)).outputs.sum.data], [11, 22, 33])
      assert.match(liar.state.servers?.[0]?.away ?? '', /fewer or more numbers than its shape says/)
    })

    it('reports if no server responds', async () => {
      const engine = engineOn([`grpc://127.0.0.1:${await freePort()}`])
      const { code, message } = (await add(engine).catch((error) => error)) as EngineError
      assert.equal(code, 'server')
      assert.match(message, /grpc:\/\/127\.0\.0\.1:\d+ does not answer/)
    })
  })

  it('loads the package only if it is installed', () => {
    const missing = () => {
      throw new Error('Cannot find module')
    }
    assert.equal(loadGrpc(missing), null)
    assert.ok(loadGrpc())
  })

  it('fuzz: encoded messages are decoded, and any bytes are a message or refused', () => {
    const parameter = fc.oneof(
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.double({ noNaN: true }).map((x) => x + 0.5),
    )
    const raw = fc.record(
      {
        name: fc.string({ minLength: 1 }),
        datatype: fc.constantFrom('FP32', 'UINT8', 'BYTES'),
        shape: fc.array(fc.integer({ min: -1, max: 1e9 })),
        parameters: fc.dictionary(fc.string({ minLength: 1 }), parameter, { noNullPrototype: true }),
        bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      },
      { noNullPrototype: true },
    )
    const { requestSerialize, requestDeserialize } = SERVICE.ModelInfer
    fc.assert(
      fc.property(fc.array(raw, { minLength: 1, maxLength: 4 }), (tensors) => {
        const read = requestDeserialize(requestSerialize({ model_name: 'm', ...withTensors(tensors, 'inputs') }))
        assert.deepEqual(tensorsOf(read, 'inputs'), tensors)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          tensorsOf(requestDeserialize(Buffer.from(bytes)), 'inputs')
        } catch (error) {
          assert.ok(error instanceof ProtobufError, `${error}`)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
