import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import { comesFrom, usersOf } from './graph'

/** Words in the names of a network's memory. */
const MEMORY =
  /(^(h|c|hx|cx|r\d+)|(^|_)(hidden|cell|states?|mem|memory|caches?|kv|rnn|lstm|gru|ctx|context|buf|buffer))([._]?\d+)?(?![a-z])/

/**
 * Inputs that take an output of the previous message: the same data type, shapes that agree, and names that match (`h`
 * and `hn`, `r1i` and `r1o`, `state_in` and `state_out`, `past_key_values.0.key` and `present.0.key`); or they go where
 * a recurrent step begins, and the output comes from where one ends. Input name → output name.
 */
export function findStates(
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  file: OnnxFile,
): Map<string, string> {
  const pairs = byNames(inputs, outputs)
  const taken = new Set(pairs.values())
  for (const input of inputs) {
    if (pairs.has(input.name) || !beginsStep(file, input.name)) continue
    const output = outputs.find(
      (each) =>
        !taken.has(each.name) &&
        each.dtype === input.dtype &&
        agree(input.shape, each.shape) &&
        comesFrom(file, each.name, RECURRENT, 12),
    )
    if (!output) continue
    taken.add(output.name)
    pairs.set(input.name, output.name)
  }
  return pairs
}

const RECURRENT = ['LSTM', 'GRU', 'RNN']

/** Whether a tensor, possibly rearranged, is the memory that a recurrent step starts with. */
function beginsStep(file: OnnxFile, tensor: string, depth = 0): boolean {
  if (depth > 0 && usersOf(file, tensor).length > 16) return false
  return usersOf(file, tensor).some(({ op, inputs, outputs }) => {
    if (RECURRENT.includes(op)) return inputs.slice(5, 7).includes(tensor)
    return depth < 8 && MOVING.has(op) && outputs.some((name) => beginsStep(file, name, depth + 1))
  })
}

const MOVING: ReadonlySet<string> = new Set(
  'Identity,Cast,Transpose,Reshape,Squeeze,Unsqueeze,Slice,Split,Gather,Concat'.split(','),
)

function byNames(inputs: readonly TensorInfo[], outputs: readonly TensorInfo[]): Map<string, string> {
  const pairs = new Map<string, string>()
  const taken = new Set<string>()
  for (const input of inputs) {
    const stem = inputStems(input.name)
    const output = outputs.find(
      (each) =>
        !taken.has(each.name) &&
        each.dtype === input.dtype &&
        agree(input.shape, each.shape) &&
        outputStems(each.name).some((one) => stem.includes(one) && MEMORY.test(one)),
    )
    if (!output) continue
    taken.add(output.name)
    pairs.set(input.name, output.name)
  }
  return pairs
}

function agree(one: TensorInfo['shape'], other: TensorInfo['shape']): boolean {
  if (one.length !== other.length) return false
  return one.every((size, i) => {
    const second = other[i]
    return typeof size === 'string' || typeof second === 'string' || size === second || size <= 0
  })
}

function inputStems(name: string): string[] {
  const word = plain(name).replace(/^past_key_values/, 'kv')
  return stems(word, /^(prev(ious)?|past|in(put)?|init(ial)?|old|last)_+/, /_*(in(put)?s?|i|0|t0|prev|old|init|tm1)$/)
}

function outputStems(name: string): string[] {
  const word = plain(name).replace(/^present(_key_values)?/, 'kv')
  return stems(word, /^(next|new|out(put)?|present|final|cur(rent)?)_+/, /_*(out(put)?s?|o|n|1|t|next|new|final)$/)
}

function stems(word: string, before: RegExp, after: RegExp): string[] {
  const bare = word.replace(before, '')
  return [...new Set([word, bare, bare.replace(after, ''), word.replace(after, '')])].filter(Boolean)
}

function plain(name: string): string {
  return (name.replace(/:\d+$/, '').split('/').pop() ?? '').replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()
}
