import assert from 'node:assert/strict'
import fc from 'fast-check'
import { encodeImage } from '../../src/images/index'
import { type PublishedModel, RequestError } from '../../src/serving/index'
import { inferTensors } from '../../src/serving/open-inference/infer'
import { readMessage, writeMessage } from '../../src/serving/open-inference/message'
import type { Tensor } from '../../src/serving/open-inference/tensor'
import { Image, isSegmentation } from '../../src/types/index'
import { field, flat, post, type Served, serve, testModel } from './support'

const metres = new Image({
  width: 2,
  height: 2,
  channels: 1,
  data: Float32Array.of(1, 2, 3, 4),
  range: [1, 4],
  unit: 'm',
})

/** Requests from KServe's specification and from Triton's documentation of the binary extension. */
describe('the Open Inference Protocol', () => {
  let served: Served
  let seen: Record<string, unknown> = {}
  const model = testModel(
    [
      field('image', { type: 'image', channels: 3 }),
      field('z', { type: 'vector', length: 4 }, { required: true, property: 'payload' }),
      field('truncation', { type: 'number', min: 0, max: 1, default: 0.8 }),
      field('prompt', { type: 'text' }),
      field('map', { type: 'segmentation', labels: ['sky', 'road', 'car'] }),
      field('box', { type: 'image_bounding_box' }),
      field('loud', { type: 'boolean' }),
      field('words', { type: 'array', itemType: { type: 'text' } }),
    ],
    [
      field('depth', { type: 'image', channels: 1 }),
      field('text', { type: 'text' }),
      field('found', { type: 'array', itemType: { type: 'record', fields: { score: { type: 'number' } } } }),
    ],
    (inputs) => {
      seen = inputs
      return { depth: metres, text: 'größer', found: [{ score: 0.5 }] }
    },
    { name: 'bedrooms' },
  )
  before(async () => {
    served = await serve(model)
  })
  after(() => served.close())
  const get = async (path: string) => (await fetch(served.url + path)).json() as Promise<Record<string, unknown>>
  const z = { name: 'z', datatype: 'FP32', shape: [4], data: [1, 2, 3, 4] }
  const infer = (body: unknown) => post(`${served.url}/v2/models/bedrooms/infer`, body)

  it('health, server and model metadata', async () => {
    assert.deepEqual(await get('/v2/health/live'), { live: true })
    assert.deepEqual(await get('/v2/health/ready'), { ready: true })
    assert.deepEqual(await get('/v2'), { name: 'daisychain', version: '2', extensions: ['binary_tensor_data'] })
    assert.deepEqual(await get('/v2/models/bedrooms/ready'), { name: 'bedrooms', ready: true })
    const { inputs, outputs, platform } = (await get('/v2/models/bedrooms/versions/1')) as {
      platform: string
      inputs: Tensor[]
      outputs: Tensor[]
    }
    assert.equal(platform, 'daisychain')
    const plain = (tensors: Tensor[]) => tensors.map(({ name, datatype, shape }) => [name, datatype, shape])
    assert.deepEqual(plain(inputs), [
      ['image', 'UINT8', [-1, -1, 3]],
      ['z', 'FP32', [4]],
      ['truncation', 'FP64', [1]],
      ['prompt', 'BYTES', [1]],
      ['map', 'UINT8', [-1, -1]],
      ['box', 'FP32', [4]],
      ['loud', 'BOOL', [1]],
      ['words', 'BYTES', [-1]],
    ])
    assert.deepEqual(plain(outputs), [
      ['depth', 'UINT8', [-1, -1, 1]],
      ['text', 'BYTES', [1]],
      ['found', 'BYTES', [1]],
    ])
  })

  it('infer in JSON, flat and nested', async () => {
    const { status, body } = await infer({
      id: 'request 7',
      inputs: [
        {
          ...z,
          shape: [2, 2],
          data: [
            [1, 2],
            [3, 4],
          ],
        },
        { name: 'image', datatype: 'UINT8', shape: [1, 1, 2, 3], data: [1, 2, 3, 4, 5, 6] },
        { name: 'truncation', datatype: 'FP32', shape: [1], data: [0.5] },
        { name: 'prompt', datatype: 'BYTES', shape: [1], data: ['größer'] },
        { name: 'map', datatype: 'INT64', shape: [1, 3], data: [0, 1, 2] },
        { name: 'box', datatype: 'FP32', shape: [4], data: [0, 0.25, 0.5, 1] },
        { name: 'loud', datatype: 'BOOL', shape: [1], data: [true] },
        { name: 'words', datatype: 'BYTES', shape: [2], data: ['a', 'b'] },
      ],
    })
    assert.equal(status, 200, JSON.stringify(body))
    const { image, map, ...others } = seen
    assert.deepEqual(`${image}`, 'image 2×1 RGB')
    assert.ok(isSegmentation(map) && [...map.data].join() === '0,1,2')
    assert.deepEqual(others, {
      z: [1, 2, 3, 4],
      truncation: 0.5,
      prompt: 'größer',
      box: [0, 0.25, 0.5, 1],
      loud: true,
      words: ['a', 'b'],
    })
    assert.deepEqual([body.model_name, body.id], ['bedrooms', 'request 7'])
    assert.deepEqual(body.outputs, [
      { name: 'depth', datatype: 'UINT8', shape: [2, 2, 1], data: [0, 85, 170, 255] },
      { name: 'text', datatype: 'BYTES', shape: [1], data: ['größer'] },
      { name: 'found', datatype: 'BYTES', shape: [1], data: ['[{"score":0.5}]'] },
    ])
  })

  it('an input of several types, such as a seed, is read as the first that fits; an error is about the first', async () => {
    const seed = { ...field('seed', { type: 'number' }), others: [{ type: 'text' as const }] }
    const ask = async (model: PublishedModel, datatype: Tensor['datatype'], data: Tensor['data']) =>
      inferTensors(model, () => [{ name: 'seed', datatype, shape: [1], data }], new Map(), {})
    for (const [datatype, data, wanted] of [
      ['FP64', [7], 7],
      ['BYTES', [Buffer.from('7')], 7],
      ['BYTES', [Buffer.from('rose')], 'rose'],
    ] as const) {
      const seeded = testModel([seed], [field('text', { type: 'text' })], ({ seed }) => ({
        text: `${typeof seed} ${seed}`,
      }))
      const [answer] = await ask(seeded, datatype, data as unknown as Tensor['data'])
      assert.equal(String((answer as Tensor).data[0]), `${typeof wanted} ${wanted}`)
    }
    const number = testModel([field('seed', { type: 'number' })], [field('text', { type: 'text' })], () => ({
      text: '',
    }))
    await assert.rejects(ask(number, 'BYTES', [Buffer.from('rose')]), /seed must be a number as JSON \(got "rose"\)/)
  })

  it('requested outputs; the exact values of a float image', async () => {
    const { body } = await infer({ inputs: [z], outputs: [{ name: 'depth', parameters: { exact: true } }] })
    assert.deepEqual(body.outputs, [
      {
        name: 'depth',
        datatype: 'FP32',
        shape: [2, 2, 1],
        data: [1, 2, 3, 4],
        parameters: { range: [1, 4], unit: 'm' },
      },
    ])
    const { status } = await infer({ inputs: [z], outputs: [{ name: 'nothing' }] })
    assert.equal(status, 400)
  })

  it('binary tensors both ways, mixed with JSON', async () => {
    const png = await encodeImage(flat(3, 2, [9, 8, 7]), 'png')
    const tensors: Tensor[] = [
      { name: 'z', datatype: 'FP32', shape: [4], data: Float32Array.of(0.5, 1, 2, 3) },
      { name: 'image', datatype: 'BYTES', shape: [1], data: [png] },
      { name: 'prompt', datatype: 'BYTES', shape: [1], data: [Buffer.from('hé')] },
    ]
    const { body, jsonLength } = await writeMessage(
      { json: { parameters: { binary_data_output: true } }, tensors },
      'inputs',
      ({ name }) => name !== 'prompt',
    )
    const answer = await fetch(`${served.url}/v2/models/bedrooms/infer`, {
      method: 'POST',
      body: body as unknown as BodyInit,
      headers: { 'Inference-Header-Content-Length': String(jsonLength) },
    })
    assert.equal(answer.status, 200)
    assert.deepEqual([seen.prompt, seen.z, `${seen.image}`], ['hé', [0.5, 1, 2, 3], 'image 3×2 RGB'])
    assert.equal(answer.headers.get('content-type'), 'application/octet-stream')
    const bytes = Buffer.from(await answer.arrayBuffer())
    const { tensors: read } = readMessage(
      bytes,
      answer.headers.get('inference-header-content-length') ?? undefined,
      'outputs',
    )
    assert.deepEqual(
      read.map(({ name, data }) => [
        name,
        Array.from(data as ArrayLike<unknown>, (item) =>
          item instanceof Uint8Array ? String(Buffer.from(item)) : item,
        ),
      ]),
      [
        ['depth', [0, 85, 170, 255]],
        ['text', ['größer']],
        ['found', ['[{"score":0.5}]']],
      ],
    )
  })

  it('wrong tensors, reported in sentences', async () => {
    const wrong: [unknown, RegExp][] = [
      [{}, /"inputs" must be a list/],
      [{ inputs: [] }, /^Missing input: z/],
      [{ inputs: [{ ...z, shape: [5] }] }, /^z: "data" must be a list of 5/],
      [{ inputs: [{ ...z, shape: [-1] }] }, /^z: "shape"/],
      [{ inputs: [{ ...z, shape: [1e9, 1e9] }] }, /^z: a tensor cannot have/],
      [{ inputs: [{ ...z, datatype: 'FP7' }] }, /^z: the datatype "FP7" isn't supported/],
      [{ inputs: [{ ...z, data: [1, 2, 3, 'x'] }] }, /^z: its elements must be numbers/],
      [{ inputs: [{ ...z, shape: [3], data: [1, 2, 3] }] }, /^z /],
      [{ inputs: [z, { name: 'image', datatype: 'FP32', shape: [1, 1, 3], data: [1, 2, 3] }] }, /^image must be UINT8/],
      [{ inputs: [z, { name: 'map', datatype: 'UINT8', shape: [1, 1], data: [9] }] }, /label map contains the id 9/],
      [
        { inputs: [z, { name: 'prompt', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 9 } }] },
        /"binary_data_size" doesn't match the number/,
      ],
    ]
    for (const [body, sentence] of wrong) {
      const { status, body: answer } = await infer(body)
      assert.equal(status, 400, JSON.stringify(answer))
      assert.match(answer.error as string, sentence)
    }
    const other = await post(`${served.url}/v2/models/other/infer`, { inputs: [] })
    assert.deepEqual([other.status, other.body.error], [404, 'The model here is called "bedrooms".'])
  })

  it('fuzz: any tensors over HTTP get a result or a sentence', async () => {
    const datatype = fc.constantFrom('FP32', 'INT64', 'UINT64', 'BOOL', 'BYTES', 'UINT8', 'FP16', '', 7)
    const data = fc.oneof(fc.array(fc.oneof(fc.double(), fc.string(), fc.boolean())), fc.jsonValue())
    const tensor = fc.record(
      {
        name: fc.constantFrom('z', 'image', 'prompt', 'map', 'words', '__proto__', 'x'),
        datatype,
        shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 4 }), fc.jsonValue()),
        data,
        parameters: fc.oneof(fc.jsonValue(), fc.record({ binary_data_size: fc.integer({ min: -2, max: 30 }) })),
      },
      { requiredKeys: ['name', 'datatype', 'shape'] },
    )
    const body = fc.record({ inputs: fc.oneof(fc.array(tensor, { maxLength: 4 }), fc.jsonValue()) })
    const length = fc.option(fc.oneof(fc.nat({ max: 400 }).map(String), fc.constantFrom('-1', 'x', '1e9', '0x10', '')))
    await fc.assert(
      fc.asyncProperty(body, length, fc.uint8Array({ maxLength: 30 }), async (json, header, behind) => {
        const text = Buffer.from(JSON.stringify(json))
        const { status, body: answer } = await post(
          `${served.url}/v2/models/bedrooms/infer`,
          Buffer.concat([text, behind]),
          header === null ? {} : { 'Inference-Header-Content-Length': header === '400' ? String(text.length) : header },
        )
        assert.ok(
          status === 200 || (status === 400 && /[.!?]$/.test(answer.error as string)),
          `${status} ${JSON.stringify(answer).slice(0, 200)}`,
        )
      }),
      { numRuns: 300 },
    )
  })

  it('fuzz: what was encoded is decoded, and everything else refused', async () => {
    const name = fc.string({ minLength: 1, maxLength: 20 })
    const numbers = fc
      .array(fc.float({ noNaN: true }), { maxLength: 8 })
      .map((data) => ({ datatype: 'FP32' as const, shape: [data.length], data: Float32Array.from(data) }))
    const texts = fc
      .array(fc.uint8Array({ maxLength: 8 }), { maxLength: 4 })
      .map((data) => ({ datatype: 'BYTES' as const, shape: [data.length], data }))
    const tensor = fc.tuple(name, fc.oneof(numbers, texts)).map(([name, rest]): Tensor => ({ name, ...rest }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(tensor, { maxLength: 4 }),
        fc.nat(),
        fc.uint8Array({ maxLength: 4 }),
        async (tensors, cut, noise) => {
          const { body, jsonLength } = await writeMessage({ json: {}, tensors }, 'inputs', () => true)
          const header = jsonLength === null ? undefined : String(jsonLength)
          const plain = ({ name, shape, data }: Tensor) => [
            name,
            shape,
            Array.from(data as ArrayLike<unknown>, (item) => (item instanceof Uint8Array ? [...item] : item)),
          ]
          assert.deepEqual(readMessage(body, header, 'inputs').tensors.map(plain), tensors.map(plain))
          try {
            readMessage(Buffer.concat([body.subarray(0, cut % (body.length + 1)), noise]), header, 'inputs')
          } catch (error) {
            assert.ok(error instanceof RequestError && error.status === 400, `${error}`)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
