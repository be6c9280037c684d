import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type FetchedTensor } from '../../src/engine'
import { findVariant, runModel } from '../../src/models'
import { finishClasses } from '../../src/models/classes'
import { overlap, suppress } from '../../src/models/detection/candidates'
import { decoders } from '../../src/models/detection/decode'
import { mixedMasks } from '../../src/models/detection/masks'
import { outlineOverlap, turnedBox } from '../../src/models/detection/turned'
import { largest } from '../../src/models/largest'
import { withColorsOf } from '../../src/models/luma'
import { numbersFeed } from '../../src/models/numbers-feed'
import { inputScaling, outputScaling } from '../../src/models/scaling'
import { starts } from '../../src/models/tasks/tiles'
import { uniforms } from '../../src/random'
import type { Image } from '../../src/types'
import { fixture, paint } from './support'

const tensor = (dims: number[], values: number[]): FetchedTensor => ({
  dtype: 'float32',
  dims,
  data: Float32Array.from(values),
})

describe('scaling', () => {
  const at = (byte: number, { scale, offset }: ReturnType<typeof inputScaling>, channel = 0) =>
    byte * ([scale].flat()[channel] as number) + ([offset].flat()[channel] as number)

  it('uses ranges, means and deviations, for all channels or each', () => {
    assert.deepEqual([at(0, inputScaling({})), at(255, inputScaling({}))], [0, 1])
    assert.deepEqual([at(0, inputScaling({ range: [-1, 1] })), at(255, inputScaling({ range: [-1, 1] }))], [-1, 1])
    const line = inputScaling({ mean: [0.5, 0.4, 0.3], std: [0.5, 0.25, 0.1] })
    const each = [{ scale: [line.scale].flat()[2] as number, offset: [line.offset].flat()[2] as number }]
    assert.ok(Math.abs(at(255, each[0] as never) - 7) < 1e-9)
    assert.deepEqual(inputScaling({ range: [0, 255], mean: 104 }), { scale: 1, offset: -104 })
    assert.deepEqual(inputScaling({ scale: 2 }), { scale: 2, offset: 0 })
  })

  it('is reversed for outputs', () => {
    const line = outputScaling({ range: [-1, 1] })
    assert.deepEqual([at(-1, line), at(0, line), at(1, line)], [0, 127.5, 255])
    assert.deepEqual(outputScaling({ range: [0, 255] }), { scale: 1, offset: -0 })
  })
})

describe('detections', () => {
  const base = { names: ['a', 'b'], minScore: 0.5 }

  it('are read in every order of corners', () => {
    const given = {
      tensors: { boxes: tensor([1, 1, 4], [10, 20, 30, 60]), scores: tensor([1, 1], [0.9]) },
      width: 100,
      height: 100,
    }
    const corners = (order: 'xyxy' | 'yxyx' | 'cxcywh' | 'xywh') =>
      decoders.boxes.decode(given, { ...base, boxes: 'boxes', scores: 'scores', corners: order }, 0.5)[0]?.corners
    assert.deepEqual(corners('xyxy'), [10, 20, 30, 60])
    assert.deepEqual(corners('yxyx'), [20, 10, 60, 30])
    assert.deepEqual(corners('cxcywh'), [-5, -10, 25, 50])
    assert.deepEqual(corners('xywh'), [10, 20, 40, 80])
  })

  it('YOLO up to version 7 has rows with an objectness score, from version 8 on columns without', () => {
    const decode = (dims: number[], values: number[]) =>
      decoders.yolo.decode(
        { tensors: { y: tensor(dims, values) }, width: 64, height: 64 },
        { ...base, output: 'y' },
        0.5,
      )
    const row = [8, 10, 4, 6]
    const wanted = { corners: [6, 7, 10, 13], label: 1, index: 0 }
    // More boxes than fields, as in real outputs.
    const rows = [...row, 0.9, 0.2, 0.8, ...Array.from({ length: 7 * 7 }, () => 0)]
    const [old] = decode([1, 8, 7], rows)
    assert.deepEqual({ ...old, score: undefined }, { ...wanted, score: undefined })
    assert.ok(Math.abs((old?.score as number) - 0.72) < 1e-6)
    const columns = [...row, 0.2, 0.8].flatMap((value) => [value, ...Array.from({ length: 7 }, () => 0)])
    const [young] = decode([1, 6, 8], columns)
    assert.deepEqual({ ...young, score: undefined }, { ...wanted, score: undefined })
    assert.ok(Math.abs((young?.score as number) - 0.8) < 1e-6)
  })

  it('selected by the file itself are looked up by class and box', () => {
    const settings = { ...base, boxes: 'boxes', scores: 'scores', chosen: 'chosen', corners: 'yxyx' as const }
    const tensors = {
      boxes: tensor([1, 2, 4], [0, 0, 1, 1, 5, 6, 7, 8]),
      scores: tensor([1, 2, 2], [0.1, 0.2, 0.3, 0.9]),
      chosen: { dtype: 'int32', dims: [1, 2, 3], data: Int32Array.of(0, 1, 1, 0, 0, 0) } as FetchedTensor,
    }
    const found = decoders.chosen.decode({ tensors, width: 9, height: 9 }, settings, 0.5)
    assert.equal(found.length, 1)
    assert.deepEqual([found[0]?.label, found[0]?.corners], [1, [6, 5, 8, 7]])
  })

  it('that are rotated overlap by their outlines', () => {
    const upright = turnedBox(0, 0, 2, 2, 0)
    assert.deepEqual(upright, [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ])
    const close = (given: number, wanted: number) => assert.ok(Math.abs(given - wanted) < 1e-9, `${given} ${wanted}`)
    close(outlineOverlap(upright, turnedBox(0, 0, 2, 2, Math.PI / 2)), 1)
    close(outlineOverlap(upright, turnedBox(1, 0, 2, 2, 0)), 1 / 3)
    close(outlineOverlap(upright, turnedBox(3, 0, 2, 2, 1)), 0)
    // Half the area: turned by 45°, its corners touch the other's sides.
    close(outlineOverlap(upright, turnedBox(0, 0, Math.SQRT2, Math.SQRT2, Math.PI / 4)), 1 / 2)
    // An octagon.
    const octagon = 8 * (Math.SQRT2 - 1)
    close(outlineOverlap(upright, turnedBox(0, 0, 2, 2, Math.PI / 4)), octagon / (8 - octagon))
  })

  it('of one class don’t overlap, of two they may', () => {
    assert.equal(overlap([0, 0, 2, 2], [1, 0, 3, 2]), 1 / 3)
    assert.equal(overlap([0, 0, 1, 1], [2, 2, 3, 3]), 0)
    assert.equal(overlap([0, 0, 0, 0], [0, 0, 0, 0]), 0)
    const candidate = (score: number, label: number, left: number) => ({
      corners: [left, 0, left + 10, 10] as [number, number, number, number],
      score,
      label,
      index: 0,
    })
    const kept = suppress([candidate(0.6, 0, 1), candidate(0.9, 0, 0), candidate(0.7, 1, 1), candidate(0.5, 0, 9)], 0.5)
    assert.deepEqual(
      kept.map(({ score }) => score),
      [0.9, 0.7, 0.5],
    )
  })
})

describe('classes', () => {
  const port = { name: 'c', property: 'payload', type: { type: 'category' as const, oneOf: ['x', 'y', 'z'] }, help: '' }

  it('are named, scored and ranked', () => {
    const spec = { kind: 'category', to: 'c', activation: 'softmax', score: 's', ranked: 'r', top: 2 } as const
    const made = finishClasses(spec, port, tensor([1, 3, 1, 1], [0, Math.log(3), 0]), (file) => file)
    assert.equal(made.c, 'y')
    assert.ok(Math.abs((made.s as number) - 0.6) < 1e-6)
    assert.deepEqual(
      (made.r as { category: string }[]).map(({ category }) => category),
      ['y', 'x'],
    )
  })

  it('take names from files as people write them, and report a wrong length', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-labels-'))
    try {
      const path = (file: string) => join(folder, file)
      writeFileSync(path('l.txt'), '\ufeffn01440764 tench, Tinca tinca\r\n1: gold fish\r\n2 shark\r\n')
      const name = (i: number) =>
        finishClasses(
          { kind: 'category', to: 'c', labels: 'l.txt' },
          port,
          tensor(
            [3],
            [0, 1, 2].map((at) => Number(at === i)),
          ),
          path,
        ).c
      assert.deepEqual([0, 1, 2].map(name), ['tench', 'gold fish', 'shark'])
      const wrong = () =>
        finishClasses({ kind: 'category', to: 'c', labels: 'l.txt' }, port, tensor([4], [0, 0, 0, 1]), path)
      assert.throws(wrong, /l\.txt has 3 names, but the model outputs 4 scores/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('take names from a file once, until it changes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-labels-'))
    try {
      const file = join(folder, 'l.txt')
      const write = (text: string, seconds: number) => {
        writeFileSync(file, text)
        utimesSync(file, seconds, seconds)
      }
      const name = () =>
        finishClasses({ kind: 'category', to: 'c', labels: 'l.txt' }, port, tensor([2], [0, 1]), () => file).c
      write('cat\ndog', 1e9)
      assert.equal(name(), 'dog')
      write('cat\nfox', 1e9)
      assert.equal(name(), 'dog')
      write('cat\nfox', 1e9 + 1)
      assert.equal(name(), 'fox')
      rmSync(file)
      assert.throws(name, /l\.txt/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuse scores that aren’t numbers', () => {
    for (const activation of [undefined, 'softmax', 'sigmoid'] as const)
      assert.throws(
        () => finishClasses({ kind: 'category', to: 'c', activation }, port, tensor([3], [0, NaN, 1]), String),
        /scores that aren't numbers/,
      )
  })

  it('come largest first, whatever is equal', () => {
    const next = uniforms(5)
    for (let count = 1; count < 40; count++) {
      const scores = Float64Array.from({ length: 30 }, () => Math.floor(next() * 9))
      const sorted = [...scores.keys()].sort((a, b) => Number(scores[b]) - Number(scores[a]))
      assert.deepEqual(largest(scores, count), sorted.slice(0, count))
    }
  })
})

describe('mixed masks', () => {
  // Only the left half of the grid is positive.
  const grid = tensor(
    [1, 1, 16, 16],
    Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 3 : -3.5)),
  )

  it('are in place in pictures of every size, and end with the box', async () => {
    const sizes = [
      [101, 67],
      [64, 64],
      [13, 200],
      [7, 5],
    ] as const
    const boxes: [number, number, number, number][] = [
      [0, 0, 1, 1],
      [0.3, 0.2, 0.9, 0.45],
      [0.61, 0.5, 0.99, 0.8],
      [0.1, 0.97, 0.2, 1],
    ]
    for (const [width, height] of sizes) {
      const placement = { width: 64, height: 64, box: { left: 0, top: 0, width: 64, height: 64 } }
      const masks = mixedMasks(grid, { width, height, placement })
      for (const box of boxes) {
        const { data } = await masks.one({ corners: box, score: 1, label: 0, index: 0, mixture: [1] }, box)
        const [left, top, right, bottom] = box.map((share, i) => share * (i % 2 ? height : width)) as typeof box
        for (const [i, byte] of data.entries()) {
          const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5]
          // Within half a pixel of an edge, the result depends on rounding.
          const inside = Math.min(x - left, right - x, y - top, bottom - y, width / 2 - x)
          if (Math.abs(inside) > 1) assert.equal(byte, inside > 0 ? 255 : 0, `${width}×${height} ${box}: ${x} ${y}`)
        }
      }
    }
  })
})

describe('tiles', () => {
  it('cover a side evenly with enough overlap', () => {
    assert.deepEqual(starts(100, 224, 16), [0])
    assert.deepEqual(starts(224, 224, 16), [0])
    for (const length of [225, 400, 432, 433, 1000, 4000]) {
      const all = starts(length, 224, 16)
      assert.equal(all.at(-1), length - 224)
      for (const [i, start] of all.entries()) assert.ok(i === 0 || (all[i - 1] as number) + 224 - start >= 16)
    }
  })
})

describe('luma', () => {
  it('uses the colours of another picture', async () => {
    const grey = paint(4, 4, () => [100])
    const { data } = await withColorsOf(
      grey,
      paint(2, 2, () => [200, 100, 50]),
    )
    const luma = 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    assert.deepEqual(
      [...data.subarray(0, 3)],
      [200, 100, 50].map((byte) => Math.round(byte + 100 - luma)),
    )
  })
})

describe('numbers as tensors', () => {
  it('have any type, one for all or each', () => {
    for (const dtype of ['float32', 'float16', 'int64', 'int32', 'uint8', 'bool', 'float64'] as const) {
      const feed = numbersFeed(dtype, [1, 3], [1])
      assert.equal(feed.kind === 'tensor' && feed.data.length, 3)
      assert.equal(Number(feed.data[2]), 1)
    }
    assert.deepEqual(Array.from(numbersFeed('int64', [2], [1.4, 2.6]).data, Number), [1, 3])
  })
})

describe('tensors by position', () => {
  it('are found, and outputs keep their place', async () => {
    const engine = createEngine({ device: 'cpu', isolation: 'thread' })
    try {
      const model = fixture('depth')
      const variant = findVariant(model)
      const [feed] = Object.values(variant.feeds)
      const [fetch] = Object.values(variant.fetches)
      const counted = { ...variant, feeds: { '#0': feed as never }, fetches: { '#0': fetch as never } }
      const image = paint(20, 10, () => [255, 255, 255])
      const { outputs } = await runModel(model, counted, { image }, engine)
      assert.ok(Math.abs(((outputs.depth_image as Image).data[0] as number) - 7) < 1e-3)
      const beyond = { ...counted, fetches: { '#3': fetch as never } }
      await assert.rejects(runModel(model, beyond, { image }, engine), /has no output "#3"/)
    } finally {
      await engine.close()
    }
  })
})

describe('state', () => {
  it('is the output of the previous message', async () => {
    const engine = createEngine({ device: 'cpu', isolation: 'thread' })
    try {
      const model = fixture('serial')
      // A text decoder's cache, kept as state: each message adds its number.
      const variant = {
        ...findVariant(model),
        task: 'transform' as const,
        feeds: {
          input_ids: { kind: 'number', from: 'seed', dtype: 'int64', dims: [1, 1] },
          attention_mask: { kind: 'constant', dtype: 'int64', dims: [1, 1], value: 0 },
          position_ids: { kind: 'constant', dtype: 'int64', dims: [1, 1], value: 0 },
          use_cache_branch: { kind: 'constant', dtype: 'bool', dims: [1], value: 0 },
          'past_key_values.0.key': { kind: 'state', output: 'present.0.key', dims: [1, 1, 0, 1] },
          'past_key_values.0.value': { kind: 'state', output: 'present.0.value', dims: [1, 1, 0, 1] },
        } as const,
        fetches: { logits: { kind: 'category', to: 'text' } } as const,
      }
      const named = {
        ...model,
        outputs: [
          [
            {
              name: 'text',
              property: 'payload',
              type: { type: 'category' as const, oneOf: [...'01234567'] },
              help: '',
            },
          ],
        ],
      }
      const state = new Map()
      const sums: unknown[] = []
      for (const seed of [3, 4, 2, 5])
        sums.push((await runModel(named, variant as never, { prompt: 'a', seed }, engine, { state })).outputs.text)
      assert.deepEqual(sums, ['3', '7', '1', '6'])
      const fresh = await runModel(named, variant as never, { prompt: 'a', seed: 5 }, engine)
      assert.equal(fresh.outputs.text, '5')
    } finally {
      await engine.close()
    }
  })
})
