import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainBetween } from '../../src/compile/chain'
import { compileChain } from '../../src/compile/compile'
import { writeTriton } from '../../src/compile/write-triton'
import { createEngine } from '../../src/engine'
import { withBytes } from '../../src/onnx/bytes'
import { readSignature } from '../../src/onnx/signature'
import { flowOf, models } from '../compile/support'
import { describeJudge } from './support'

interface Config {
  name: string
  platform: string
  most: number
  inputs: Record<string, [type: string, dims: number[]]>
  outputs: Record<string, [type: string, dims: number[]]>
  steps: [model: string, inputs: Record<string, string>, outputs: Record<string, string>][]
  parameters: Record<string, string>
}

const TYPES: Record<string, string> = { float32: 'TYPE_FP32', uint8: 'TYPE_UINT8', uint16: 'TYPE_UINT16' }

describeJudge('Triton’s protobuf', ['tritonclient[grpc]==2.73.0', 'numpy==2.4.6'], (judge) => {
  it('reads the model repository of a compiled chain, with each model matching its file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-interop-'))
    const engine = createEngine({ device: 'cpu' })
    try {
      const flow = flowOf(
        ['daisychain-stylegan'],
        ['daisychain-maskrcnn', { wires: [['c'], []], name: 'says "no"\\' }],
        ['daisychain-photosketch'],
      )
      const compiled = await compileChain(await chainBetween(flow, 'a', 'c', models), engine, { name: 'chain' })
      writeTriton(compiled, folder, 'chain')
      const read = (await judge().ask('triton_config.py', folder)) as Record<string, Config>
      const single = ['chain', 'chain-1-stylegan', 'chain-2-maskrcnn', 'chain-3-photosketch']
      assert.deepEqual(Object.keys(read).sort(), [...single, 'chain-ensemble'].sort())
      for (const name of single) {
        const config = read[name] as Config
        const { inputs, outputs } = withBytes(join(folder, name, '1/model.onnx'), readSignature)
        const described = (list: typeof inputs) =>
          Object.fromEntries(list.map(({ name, type, shape }) => [name, [TYPES[type ?? ''], shape]]))
        assert.deepEqual([config.name, config.platform, config.most], [name, 'onnxruntime_onnx', 0])
        assert.deepEqual(config.inputs, described(inputs))
        assert.deepEqual(config.outputs, described(outputs))
        assert.equal(config.parameters.licence, 'Apache-2.0')
      }
      const { steps, platform, inputs, outputs } = read['chain-ensemble'] as Config
      assert.equal(platform, 'ensemble')
      assert.deepEqual([inputs, outputs], [read.chain?.inputs, read.chain?.outputs])
      // Each step's inputs must already exist and have the right type, and the last step must produce the
      // ensemble's outputs.
      const there = new Map(Object.entries(inputs))
      for (const [model, takes, gives] of steps) {
        const { inputs: own, outputs: made } = read[model] as Config
        for (const [input, tensor] of Object.entries(takes)) assert.deepEqual(there.get(tensor), own[input], tensor)
        assert.deepEqual(Object.keys(takes).sort(), Object.keys(own).sort())
        for (const [output, tensor] of Object.entries(gives)) there.set(tensor, made[output] as [string, number[]])
      }
      for (const [output, tensor] of Object.entries(outputs)) assert.deepEqual(there.get(output), tensor)
    } finally {
      await engine.close()
      rmSync(folder, { recursive: true })
    }
  })
})
