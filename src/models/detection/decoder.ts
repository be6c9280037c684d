import type { FetchedTensor } from '../../engine'
import type { Candidate } from './candidates'
import type { DetectSettings } from './settings'

/** What a model gave, by tensor name, and the size of its canvas. */
export interface Found {
  tensors: Record<string, FetchedTensor>
  width: number
  height: number
}

/** One way to make candidates of tensors. */
export interface Decoder {
  tensors(settings: DetectSettings): string[]
  /** Candidates of at least `minScore`. */
  decode(found: Found, settings: DetectSettings, minScore: number): Candidate[]
}

/** A name in the settings, which this way of decoding cannot do without. */
export function needed(settings: DetectSettings, key: 'boxes' | 'scores' | 'output' | 'chosen' | 'ends'): string {
  const name = settings[key]
  if (!name) throw new Error(`The manifest's settings don't name the tensor "${key}".`)
  return name
}
