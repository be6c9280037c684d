import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { declarationOf } from '../../src/declarations'
import { createEngine, type TensorInfo } from '../../src/engine'
import { checkFlow, readFlow } from '../../src/flow'
import {
  findVariant,
  fitUserFile,
  inputPorts,
  type Model,
  modelPath,
  outputPorts,
  runModel,
  userVariant,
} from '../../src/models'
import type { Image, PortType, Segmentation } from '../../src/types'
import { fixture, fixturesFolder, paint } from './support'

const tensor = (name: string, ...shape: TensorInfo['shape']): TensorInfo => ({ name, dtype: 'float32', shape })
const file = '/somewhere/mine.onnx'
const fitted = (model: Model, inputs: TensorInfo[], outputs: TensorInfo[], more = {}) =>
  fitUserFile(model, { file, ...more }, inputs, outputs)

describe('a user’s own file', () => {
  describe('fits by its tensors', () => {
    it('with other names and another size, which the ports get', () => {
      const model = fixture('bedroom')
      const variant = fitted(model, [tensor('input.1', 1, 256)], [tensor('y', 1, 3, 64, 48)])
      assert.deepEqual(Object.keys(variant.feeds), ['input.1'])
      assert.deepEqual(inputPorts(model, variant)[0]?.type, {
        ...inputPorts(model, findVariant(model))[0]?.type,
        length: 256,
      })
      const [type] = outputPorts(model, variant)[0]?.map((port) => port.type) ?? []
      assert.deepEqual(type, { ...type, width: 48, height: 64 })
      assert.deepEqual([variant.id, variant.file, modelPath(model, variant)], ['own', file, file])
    })

    it('with planes last, without a batch, in another range, as bytes', () => {
      const model = fixture('depth')
      const out = [tensor('depth', 1, 1, 'h', 'w')]
      const feed = (input: TensorInfo, range?: string) => {
        const { image } = fitted(model, [{ ...input, name: 'image' }], out, { range }).feeds
        assert.ok(image?.kind === 'image')
        return image
      }
      assert.equal(feed(tensor('', 1, 'h', 'w', 3)).layout, 'NHWC')
      assert.equal(feed(tensor('', 3, 'h', 'w')).layout, 'CHW')
      assert.equal(feed(tensor('', 200, 300, 3)).layout, 'HWC')
      assert.deepEqual(feed(tensor('', 1, 3, 200, 300)).size, { fit: 'stretch', width: 300, height: 200 })
      assert.deepEqual(feed(tensor('', 1, 3, 'h', 'w'), 'signed').range, [-1, 1])
      assert.equal(feed(tensor('', 1, 3, 'h', 'w'), 'signed').scale, undefined)
      assert.deepEqual(feed(tensor('', 1, 3, 'h', 'w'), 'imagenet').std, [0.229, 0.224, 0.225])
      const bytes = feed({ ...tensor('', 1, 3, 'h', 'w'), dtype: 'uint8' })
      assert.deepEqual([bytes.dtype, bytes.range], ['uint8', [0, 255]])
    })

    it('with its own labels', () => {
      const model = fixture('labels')
      const labels = ['sky', 'sea']
      const variant = fitted(model, [tensor('x', 1, 3, 64, 64)], [tensor('y', 1, 2, 64, 64)], { labels })
      assert.deepEqual(outputPorts(model, variant)[0]?.[0]?.type, { type: 'segmentation', labels })
    })
  })

  describe('is refused in words, if', () => {
    const cases: [string, string, TensorInfo[], TensorInfo[], object, RegExp][] = [
      [
        'a tensor is missing',
        'depth',
        [tensor('z', 1, 512)],
        [],
        {},
        /it has no input “image”, nor another one with 4 or 3 dimensions; it has z \[1, 512\]/,
      ],
      [
        'it wants more',
        'depth',
        [tensor('image', 1, 3, 'h', 'w'), tensor('mask', 1, 1, 'h', 'w')],
        [],
        {},
        /it also needs “mask”/,
      ],
      [
        'its colours are others',
        'depth',
        [tensor('image', 1, 4, 8, 8)],
        [],
        {},
        /its “image” has 4 colour channels instead of 3/,
      ],
      [
        'its labels are others',
        'labels',
        [tensor('image', 1, 3, 8, 8)],
        [tensor('logits', 1, 21, 8, 8)],
        {},
        /its “logits” has 21 labels instead of 4: list the names of its 21 labels/,
      ],
      [
        'it takes no pictures',
        'depth',
        [{ ...tensor('image', 1, 3, 8, 8), dtype: 'int64' }],
        [],
        {},
        /numbers of the type int64/,
      ],
    ]
    for (const [name, id, inputs, outputs, more, sentence] of cases) {
      it(name, () =>
        assert.throws(() => fitted(fixture(id), inputs, outputs, more), { name: 'ValueError', message: sentence }),
      )
    }
  })

  it('declares its ports in the node’s settings, by which wires are judged', () => {
    const model = fixture('labels')
    const declarations = new Map([
      [model.node, declarationOf(model)],
      ['wants', { inputs: { payload: { type: { type: 'segmentation', labels: ['red', 'green'] } as const } } }],
    ])
    const verdict = (settings: object) =>
      checkFlow(
        readFlow([
          { id: 'a', type: model.node, wires: [['b']], ...settings },
          { id: 'b', type: 'wants', wires: [] },
        ]),
        declarations,
      ).wires[0]?.verdict
    const outputs = [[{ property: 'payload', type: { type: 'segmentation', labels: ['sky', 'sea'] } }]]
    const own = { file, inputs: [{ property: 'payload', type: { type: 'image' } }], outputs }
    assert.notEqual(verdict({}), 'mismatch')
    assert.equal(verdict({ variant: 'own', own }), 'mismatch')
    assert.notEqual(verdict({ own }), 'mismatch')
  })

  it('runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-own-'))
    const engine = createEngine({ device: 'cpu' })
    try {
      const model = fixture('labels')
      const mine = join(folder, 'mine.onnx')
      copyFileSync(join(fixturesFolder, 'labels/mini.onnx'), mine)
      const variant = await userVariant(model, { file: mine, labels: ['night', 'rose', 'grass', 'lake'] }, engine)
      const image: Image = paint(20, 10, () => [200, 0, 0])
      const { outputs } = await runModel(model, variant, { image }, engine)
      const map = outputs.map as Segmentation
      assert.equal(map.labels[map.data[0] ?? -1], 'rose')
      writeFileSync(join(folder, 'labels.txt'), 'a\nb\r\n\nc\nd\n')
      const beside = await userVariant(model, { file: mine }, engine)
      const type = outputPorts(model, beside)[0]?.[0]?.type as Extract<PortType, { type: 'segmentation' }>
      assert.deepEqual(type.labels, ['a', 'b', 'c', 'd'])
      await assert.rejects(
        userVariant(fixture('depth'), { file: mine }, engine),
        /mine\.onnx doesn't fit Depth: its “logits” has 4 channels instead of 1/,
      )
      await assert.rejects(
        userVariant(model, { file: join(folder, 'none.onnx') }, engine),
        /There is no model file .*none\.onnx/,
      )
      await assert.rejects(userVariant(model, { file: '' }, engine), /none is chosen: open the node and choose one/)
    } finally {
      await engine.close()
      rmSync(folder, { recursive: true })
    }
  })
})
