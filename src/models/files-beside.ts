import type { Step, Variant } from './manifest'
import type { SpeakSettings } from './tasks/speak'

/** Settings whose value is a file name. */
const SETTINGS = ['tokenizer', 'decoder', 'embed']

/**
 * The files that a variant reads in addition to those it runs: tokenizers, lists of labels and letters,
 * further networks, voices.
 */
export function filesBeside(variant: Pick<Variant, keyof Part | 'steps'>): string[] {
  return [...new Set([variant, ...(variant.steps ?? [])].flatMap(namedBy))]
}

type Part = Pick<Step, 'feeds' | 'fetches' | 'settings'>

function namedBy({ feeds = {}, fetches = {}, settings = {} }: Part): string[] {
  const specs = [...Object.values(feeds), ...Object.values(fetches)].flatMap((spec) => [
    'tokenizer' in spec && spec.tokenizer,
    spec.kind === 'category' && spec.labels,
    spec.kind === 'letters' && spec.letters,
  ])
  const voices = Object.values((settings.voices ?? {}) as SpeakSettings['voices']).map(({ file }) => file)
  return [...specs, ...SETTINGS.map((key) => settings[key]), ...voices].filter((name) => typeof name === 'string')
}
