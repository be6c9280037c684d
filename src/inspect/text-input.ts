import type { FeedSpec } from '../models/manifest'
import type { InputChoice } from './choice'

/** The input with the tokens, if one text fills several inputs. */
export function textInput(inputs: readonly InputChoice[]): InputChoice | undefined {
  const texts = inputs.filter(({ as }) => as === 'text')
  return texts.find(({ part }) => part === 'ids') ?? texts[0]
}

/** How a tensor is made from the text: all of them have the length of the tokens. */
export function textFeed({ shape, dtype, part }: InputChoice, inputs: readonly InputChoice[]): FeedSpec {
  const { name, tokenizer = 'tokenizer.json', pad = 0, longest } = textInput(inputs) as InputChoice
  const isFixed = typeof shape[1] === 'number' && shape[1] > 0
  return {
    kind: 'text',
    from: name,
    tokenizer,
    whole: true,
    ...(isFixed ? { length: shape[1] as number, pad } : longest !== undefined && { longest }),
    ...(part && part !== 'ids' && { as: part }),
    ...(dtype !== 'int64' && { dtype }),
  }
}
