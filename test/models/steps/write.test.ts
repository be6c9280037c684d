// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import type { FetchedTensor, ModelInfo, TensorInfo } from '../../../src/engine'
import { type Manifest, validateManifest } from '../../../src/models'
import { runSteps } from '../../../src/models/steps/run-steps'
import type { Job } from '../../../src/models/tasks/task'
import { paint } from '../support'

/** An encoder, and a decoder that has its own state in addition to the usual caches. */
const manifest: Manifest = {
  ...{ id: 'teller', node: 'daisychain-teller', label: 'Teller', icon: 'x.svg', summary: 'Says what it sees.' },
  inputs: [
    { name: 'image', property: 'payload', type: { type: 'image', channels: 3 }, help: 'A picture.' },
    { name: 'length', property: 'length', type: { type: 'number', default: 3 }, help: 'How long.' },
  ],
  outputs: [[{ name: 'caption', property: 'payload', type: { type: 'text' }, help: 'What it is.' }]],
  variants: [
    {
      ...{ id: 'only', label: 'Only', licence: 'MIT', about: 'A twin.', file: 'encoder.onnx', feeds: {}, fetches: {} },
      steps: [
        {
          file: 'encoder.onnx',
          keep: 'image',
          feeds: {
            pixels: { kind: 'image', from: 'image', size: { fit: 'stretch', width: 2, height: 2 }, layout: 'NCHW' },
          },
          fetches: { hidden: { kind: 'tensor', to: 'seen' } },
        },
        {
          task: 'write',
          file: 'decoder.onnx',
          to: 'caption',
          feeds: { encoder_hidden_states: { kind: 'tensor', from: 'seen' } },
          settings: { tokenizer: 'tokenizer.json', start: 9 },
          until: { end: 0, most: 'length', cache: { 'past_key_values.*': 'present.*', 'conv.*.past': 'conv.*.next' } },
        },
      ],
    },
  ],
}

const info = (name: string, shape: TensorInfo['shape']): TensorInfo => ({ name, dtype: 'float32', shape })
const floats = (...numbers: number[]): FetchedTensor => ({
  dtype: 'float32',
  dims: [1, numbers.length],
  data: Float32Array.from(numbers),
})

describe('steps that write', () => {
  /** The decoder writes 5 4 3 2 1 and ends; its state counts the steps. */
  async function run(length: number, results = new Map()) {
    const asked: string[] = []
    const partials: unknown[] = []
    const job = {
      model: { ...manifest, folder: '/' },
      variant: manifest.variants[0]!,
      inputs: { image: paint(4, 4, () => [1, 2, 3]), length },
      state: new Map(),
      results,
      partial: (outputs: unknown) => void partials.push(outputs),
      tokenizer: () => ({
        decode: async (ids: Iterable<number>) => [...ids].join(' '),
        encode: async () => new Int32Array(),
      }),
      describe: async () =>
        ({
          inputs: [
            info('input_ids', [1, 'n']),
            info('past_key_values.0.key', [1, 2, 'p', 4]),
            info('conv.0.past', [1, 1]),
          ],
        }) as ModelInfo,
      run: async (feeds: Record<string, FetchedTensor>, _fetches: unknown, file: string) => {
        asked.push(file)
        if (file === 'encoder.onnx') return { hidden: floats(6) }
        assert.deepEqual([...feeds.encoder_hidden_states!.data], [6])
        assert.deepEqual(feeds['past_key_values.0.key']!.dims, [
          1,
          2,
          asked.filter((one) => one === file).length - 1,
          4,
        ])
        const far = Number(feeds['conv.0.past']!.data[0]) + 1
        return {
          logits: floats(...Array.from({ length: 10 }, (_, token) => Number(token === 6 - far))),
          'present.0.key': { dtype: 'float32', dims: [1, 2, far, 4], data: new Float32Array(8 * far) },
          'conv.0.next': floats(far),
        }
      },
    }
    const { caption } = (await runSteps(job as unknown as Job)) as { caption: string }
    return { caption, asked, partials }
  }

  it('continue with caches of any name and shape until the end or the limit', async () => {
    assert.deepEqual(validateManifest(manifest), [])
    const results = new Map()
    const { caption, asked, partials } = await run(20, results)
    assert.equal(caption, '5 4 3 2 1')
    assert.deepEqual([asked.length, asked.filter((file) => file === 'encoder.onnx').length], [7, 1])
    assert.deepEqual(partials[0], { caption: '5' })
    const again = await run(2, results)
    assert.deepEqual([again.caption, again.asked], ['5 4', ['decoder.onnx', 'decoder.onnx']])
  })

  it('require an end token and a tokenizer', () => {
    const changed = (change: (step: Record<string, unknown>) => unknown) => {
      const broken = structuredClone(manifest)
      change(broken.variants[0]!.steps![1] as unknown as Record<string, unknown>)
      return validateManifest(broken).join()
    }
    assert.match(
      changed((step) => delete step.until),
      /step 2: a step of the task "write" needs "until"/,
    )
    assert.match(
      changed((step) => Object.assign(step, { settings: {} })),
      /"settings": "tokenizer" is missing/,
    )
    assert.match(
      changed((step) => Object.assign(step, { until: { end: 0 } })),
      /step 2, "until": "most" is missing/,
    )
    assert.match(
      changed((step) => Object.assign(step.until as object, { most: 'size' })),
      /reads "size", which is neither an input nor/,
    )
  })
})
