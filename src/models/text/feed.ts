import type { FeedSpec } from '../manifest'
import type { Tokenizer } from '../tokenizer'

type TextFeed = Extract<FeedSpec, { kind: 'text' }>

/** The numbers that a model is given of a text, and how many of them stand for tokens of it. */
export function textNumbers(spec: TextFeed, text: string, tokenizer: Tokenizer): { numbers: number[]; tokens: number } {
  const { length, pad = 0, as = 'ids' } = spec
  const ids = cut(tokenizer.encode(text, spec.whole), spec, tokenizer)
  const count = length ?? Math.max(1, ids.length)
  const numbers = Array.from({ length: count }, (_, i) => {
    if (as === 'positions') return i
    if (as === 'segments') return 0
    return as === 'mask' ? Number(i < ids.length) : (ids[i] ?? pad)
  })
  return { numbers, tokens: ids.length }
}

/** A text that is too long loses its end, but not the token that says where it ends. */
function cut(ids: number[], { whole, length, longest = Number.POSITIVE_INFINITY }: TextFeed, tokenizer: Tokenizer) {
  const most = Math.min(length ?? longest, longest)
  if (ids.length <= most) return ids
  const last = ids.at(-1) as number
  const isMark = whole === true && tokenizer.encode('', true).at(-1) === last
  return isMark ? [...ids.slice(0, most - 1), last] : ids.slice(0, most)
}
