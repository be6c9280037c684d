import type { FetchedTensor } from '../../engine'
import type { Candidate } from './candidates'
import type { DetectSettings } from './settings'

/** A model's output, by tensor name, and the size of its canvas. */
export interface Found {
  tensors: Record<string, FetchedTensor>
  width: number
  height: number
}

/** One way to turn tensors into candidates. */
export interface Decoder {
  tensors(settings: DetectSettings): string[]
  /** Candidates of at least `minScore`. */
  decode(found: Found, settings: DetectSettings, minScore: number): Candidate[]
}

/** A name in the settings that this way of decoding requires. */
export function needed(settings: DetectSettings, key: 'boxes' | 'scores' | 'output' | 'chosen' | 'ends'): string {
  const name = settings[key]
  if (!name) throw new Error(`The manifest's settings don't name the tensor "${key}".`)
  return name
}
