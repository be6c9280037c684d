import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import helper from 'node-red-node-test-helper'
import engineNode from '../../nodes/engine/engine'
import { registerOnnx } from '../../nodes/onnx/onnx-node'
import { field, node, onnxBytes } from '../inspect/onnx-bytes'
import { startWith, temporaryFolder } from './pictures'
import { stop } from './support'

const chain = (length: number) =>
  Array.from({ length }, (_, i) => node('Relu', i === 0 ? 'x' : `t${i}`, i === length - 1 ? 'y' : `t${i + 1}`))

/** Graphs nested in graphs. */
function nested(depth: number): Buffer {
  let inner = node('Relu', 'x', 'y')
  for (let i = 0; i < depth; i++) inner = node('If', 'x', 'y', field(5, [field(1, 'then_branch'), field(6, inner)]))
  return inner
}

const FILES: Record<string, () => Buffer> = {
  'proto-in': () => onnxBytes([node('Relu', '__proto__', 'y')], ['__proto__']),
  'proto-out': () => onnxBytes([node('Relu', 'x', '__proto__')], ['x'], ['__proto__']),
  constructor: () => onnxBytes([node('Relu', 'constructor', 'toString')], ['constructor'], ['toString']),
  huge: () => onnxBytes(chain(200_000)),
  deep: () => onnxBytes([nested(5_000)]),
  words: () =>
    onnxBytes(
      chain(1),
      ['x'],
      ['y'],
      [field(14, [field(1, 'names'), field(2, `{${'0: "__proto__", '.repeat(300_000)}}`)])],
    ),
  texts: () => onnxBytes(chain(1)),
  noise: () => Buffer.alloc(3e6, 0x3a),
}

/** Seconds. */
const LIMIT = 8

describe('files that would block Node-RED while being read', function () {
  this.timeout(180_000)
  const folder = temporaryFolder()
  before(async () => {
    for (const [name, make] of Object.entries(FILES)) {
      mkdirSync(join(folder.path, name))
      writeFileSync(join(folder.path, name, 'm.onnx'), make())
    }
    const tokenizer = { model: { type: 'BPE', vocab: {}, merges: [] }, added_tokens: [], normalizer: null }
    const slow = { ...tokenizer, pre_tokenizer: null, post_processor: null, truncation: { max_length: 1 } }
    writeFileSync(join(folder.path, 'texts', 'tokenizer.json'), JSON.stringify(slow))
    writeFileSync(join(folder.path, 'texts', 'config.json'), `${'['.repeat(2e6)}`)
    writeFileSync(
      join(folder.path, 'labels.txt'),
      Array.from({ length: 450_000 }, (_, i) => `${i} a`)
        .join('\n')
        .slice(0, 4.9e6),
    )
    copyFileSync(resolve(__dirname, '../../../test/fixtures/inspect/invert.onnx'), join(folder.path, 'invert.onnx'))
    await new Promise<void>((resolve) => helper.startServer(resolve))
    await startWith(
      [engineNode, (RED) => registerOnnx(RED, [])],
      [{ id: 'e', type: 'daisychain-engine', device: 'cpu', timeLimit: LIMIT }],
      { userDir: folder.path },
    )
  })
  after(async () => {
    await stop()
    await new Promise<void>((resolve) => helper.stopServer(resolve))
    folder.remove()
  })

  /** Returns the response, and the longest time in ms for which the event loop was blocked. */
  async function post(what: string, body: object) {
    const delay = monitorEventLoopDelay({ resolution: 10 })
    delay.enable()
    const { status, body: answer } = await helper
      .request()
      .post(`/daisychain-onnx/${what}`)
      .send({ engine: 'e', ...body })
    delay.disable()
    return { status, answer, gap: delay.max / 1e6 }
  }

  for (const [name, wanted, sentence] of [
    ['proto-in', 400, /^m\.onnx calls one of its inputs or outputs "__proto__", a name that Daisychain cannot use\./],
    ['proto-out', 400, /^m\.onnx calls one of its inputs or outputs "__proto__"/],
    ['constructor', 200, /^$/],
    ['huge', 400, /^m\.onnx has 200,000 steps, so just loading it would take minutes\./],
    ['deep', 400, /^m\.onnx /],
    ['words', 200, /^$/],
    ['texts', 200, /^$/],
    ['noise', 400, /^m\.onnx is not an ONNX file, or it is damaged/],
  ] as const)
    it(name, async () => {
      const { status, answer, gap } = await post('inspect', { file: `${name}/m.onnx` })
      if (name !== 'huge' || status !== 200) assert.equal(status, wanted, JSON.stringify(answer).slice(0, 300))
      if (status !== 200) assert.match(answer.message, sentence)
      assert.ok(gap < 1000, `${gap} ms`)
    })

  it('runs a file whose tensors have names of JavaScript’s built-in properties', async () => {
    const { answer } = await post('inspect', { file: 'constructor/m.onnx' })
    const tried = await post('try', { file: 'constructor/m.onnx', manifest: answer.manifest, given: {} })
    assert.equal(tried.status, 200, JSON.stringify(tried.answer))
    assert.equal(tried.answer.outputs.length, 1)
  })

  it('long lists of labels', async () => {
    const { status, answer, gap } = await post('labels', { file: 'labels.txt', count: 3 })
    assert.equal(status, 400)
    assert.match(answer.message, /labels\.txt has 450000 names, but the model distinguishes 3 things/)
    assert.ok(gap < 1000, `${gap} ms`)
  })
})
