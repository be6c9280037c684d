import assert from 'node:assert/strict'
import type { TensorInfo } from '../../src/engine'
import { readLabels } from '../../src/inspect'
import { portNames } from '../../src/inspect/names'
import { findStates } from '../../src/inspect/states'
import type { OnnxFile } from '../../src/onnx/contents'

describe('lists of labels', () => {
  const lists: Record<string, string> = {
    'one a line': 'cat\ndog\n',
    'with the byte order mark and Windows ends': '\uFEFFcat\r\ndog\r\n',
    numbered: '0 cat\n1 dog\n',
    'numbered with colons': '0: cat\n1: dog',
    "with WordNet's ids": 'n02123045 cat\nn02084071 dog\n',
    'a JSON list': '["cat", "dog"]',
    'a JSON object by number': '{"0": "cat", "1": "dog"}',
    'a JSON object by name': '{"dog": 1, "cat": 0}',
    "ImageNet's JSON": '{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}',
    "Python's dictionary, as Ultralytics writes it": "{0: 'cat', 1: 'dog'}",
  }
  for (const [what, text] of Object.entries(lists)) it(what, () => assert.deepEqual(readLabels(text), ['cat', 'dog']))

  it('quotes and colons within names of a Python dictionary are kept', () => {
    assert.deepEqual(readLabels(`{0: '0:"0"', 1: "it's", 2: 'it\\'s'}`), ['0:"0"', "it's", "it's"])
    assert.deepEqual(readLabels(`['a "b"', "c"]`), ['a "b"', 'c'])
  })

  it('names that begin with numbers are kept', () =>
    assert.deepEqual(readLabels('3 wheels\n4 wheels\n'), ['3 wheels', '4 wheels']))
})

const empty = { nodes: [] as OnnxFile['nodes'] } as OnnxFile
const tensor = (name: string, shape: (number | string)[] = [1, 4]): TensorInfo => ({ name, dtype: 'float32', shape })

describe('a network’s memory', () => {
  const pairs: [string, string][] = [
    ['h', 'hn'],
    ['c0', 'cn'],
    ['r1i', 'r1o'],
    ['state', 'stateN'],
    ['state_in', 'state_out'],
    ['in_hidden', 'out_hidden'],
    ['prev_memory', 'next_memory'],
    ['past_key_values.3.key', 'present.3.key'],
    ['model/lstm/h_in:0', 'model/lstm/h_out:0'],
  ]
  for (const [one, other] of pairs)
    it(`${one} and ${other}`, () =>
      assert.deepEqual(
        [...findStates([tensor('x'), tensor(one)], [tensor('y'), tensor(other)], empty)],
        [[one, other]],
      ))

  it('isn’t assumed from similar names alone', () => {
    const found = (one: TensorInfo, other: TensorInfo) => findStates([one], [other], empty).size
    assert.equal(found(tensor('input'), tensor('output')), 0)
    assert.equal(found(tensor('image_in', [1, 3, 8, 8]), tensor('image_out', [1, 3, 8, 8])), 0)
    assert.equal(found(tensor('h', [1, 4]), tensor('hn', [1, 5])), 0)
    assert.equal(found(tensor('conf_in'), tensor('conf_out')), 0)
  })
})

it('tensors’ names become unique properties', () => {
  const names = portNames(
    ['serving/input_1:0', 'other/input_1:0', 'payload', '0', 'x', 'a b/ü'].map((name) => tensor(name)),
    true,
  )
  assert.deepEqual([...names.values()], ['input_1', 'input_1_2', 'payload_value', 'tensor_0', 'x_value', 'tensor'])
})
