import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainBetween } from '../../src/compile/chain'
import { compileChain } from '../../src/compile/compile'
import { type Message, runChain } from '../../src/compile/flow-side'
import { feedOf, TOLERANCE } from '../../src/compile/prove'
import { sampleOf } from '../../src/compile/samples'
import { writeJoined } from '../../src/compile/write-file'
import { createEngine, type TensorFeed } from '../../src/engine'
import { type FlowNode, readFlow } from '../../src/flow'
import { isImage, isSegmentation } from '../../src/types'
import { models } from '../compile/support'
import { describeJudge } from './support'

const ROOT = join(__dirname, '../../..')

/** Examples that can be compiled, with the types of the first and the last node. */
const CHAINS: [file: string, from: string, to: string][] = [
  ['01 Imaginary bedrooms', 'daisychain-stylegan', 'daisychain-densedepth'],
  ['10 What is where', 'daisychain-stylegan', 'daisychain-deeplab'],
  ['07 Camera to sketch', 'daisychain-camera', 'daisychain-photosketch'],
  ['05 Infinite hallucination', 'daisychain-spade', 'daisychain-deeplab'],
  ['03 Cut out and sketch', 'daisychain-stylegan', 'daisychain-photosketch'],
]

interface Answer {
  version: string
  outputs: Record<string, { shape: number[]; most: number; different: number; spread: number }>
}

describeJudge('onnxruntime', ['onnxruntime==1.30.0', 'numpy==2.4.6'], (judge) => {
  const engine = createEngine({ device: 'cpu' })
  after(() => engine.close())
  for (const [file, from, to] of CHAINS)
    it(`gives in Python what the flow gives: ${file}`, async () => {
      const graph = readFlow(readFileSync(join(ROOT, 'examples', `${file}.json`), 'utf8'))
      const nodes = [...graph.ids()].map((id) => graph.node(id) as FlowNode)
      const find = (wanted: string) => nodes.find(({ type }) => type === wanted)?.id as string
      const chain = await chainBetween(graph, find(from), find(to), models)
      const { file: joined, inputs, outputs } = await compileChain(chain, engine, { name: 'chain' })
      const folder = mkdtempSync(join(tmpdir(), 'daisychain-interop-'))
      try {
        writeJoined(joined, folder, 'chain.onnx')
        const message: Message = new Map()
        inputs.forEach(({ name, property, value, usual }, i) => {
          const given = sampleOf(value, 40 + i, usual)
          message.set(property, given)
          writeFileSync(join(folder, `${name}.bin`), bytesOf((feedOf(value, given) as TensorFeed).data))
        })
        const made = await runChain(chain.links, message, engine)
        for (const { name, port } of outputs) {
          const value = made[port]
          const data = isImage(value) || isSegmentation(value) ? value.data : value
          writeFileSync(join(folder, `${name}.expected.bin`), bytesOf(data as Float32Array))
        }
        const answer = (await judge().ask('run_onnx.py', folder)) as Answer
        for (const { name, value } of outputs) {
          const { most, different, spread } = answer.outputs[name] as Answer['outputs'][string]
          assert.ok(spread > 0, 'a picture of nothing')
          if (value.kind === 'labels') assert.ok(different <= TOLERANCE.labels, `${different} of the labels`)
          else if (value.kind === 'picture') assert.ok(most <= TOLERANCE.picture.most, `${most} grey levels`)
          else if (value.kind === 'floats') assert.ok(most <= TOLERANCE.floats.most * (value.range[1] - value.range[0]))
          else assert.fail(`no example gives a ${value.kind}`)
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
})

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)
