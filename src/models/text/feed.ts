import type { FeedSpec } from '../manifest'
import type { TokenizerApart } from './tokenizer-apart'

type TextFeed = Extract<FeedSpec, { kind: 'text' }>

/** A model's input for text, the number of tokens in it, and whether it was truncated. */
export async function textNumbers(
  spec: TextFeed,
  text: string,
  tokenizer: TokenizerApart,
): Promise<{ numbers: number[]; tokens: number; isCut: boolean }> {
  const { length, pad = 0, as = 'ids' } = spec
  const all = await tokenizer.encode(text, spec.whole)
  const ids = await cut(all, spec, tokenizer)
  const count = length ?? Math.max(1, ids.length)
  const numbers = Array.from({ length: count }, (_, i) => {
    if (as === 'positions') return i
    if (as === 'segments') return 0
    return as === 'mask' ? Number(i < ids.length) : (ids[i] ?? pad)
  })
  return { numbers, tokens: ids.length, isCut: ids.length < all.length }
}

/** Truncates text that is too long, but keeps the special token at its end. */
async function cut(
  ids: Int32Array,
  { whole, length, longest = Number.POSITIVE_INFINITY }: TextFeed,
  tokenizer: TokenizerApart,
): Promise<Int32Array> {
  const most = Math.min(length ?? longest, longest)
  if (ids.length <= most) return ids
  const last = ids.at(-1) as number
  const isMark = whole === true && (await tokenizer.encode('', true)).at(-1) === last
  const kept = ids.slice(0, most)
  if (isMark) kept[most - 1] = last
  return kept
}
