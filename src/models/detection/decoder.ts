import type { FetchedTensor } from '../../engine'
import type { Candidate } from './candidates'
import type { DetectSettings } from './settings'

/** The model's outputs by tensor name, and the size of its canvas. */
export interface Found {
  tensors: Record<string, FetchedTensor>
  width: number
  height: number
}

/** Converts a network's output tensors to candidates; one for each value of `decode`. */
export interface Decoder {
  tensors(settings: DetectSettings): string[]
  /** The candidates whose score is at least `minScore`. */
  decode(found: Found, settings: DetectSettings, minScore: number): Candidate[]
}

/** The tensor name that a required setting contains. @throws Error if it is missing */
export function needed(settings: DetectSettings, key: 'boxes' | 'scores' | 'output' | 'chosen' | 'ends'): string {
  const name = settings[key]
  if (!name) throw new Error(`The manifest's settings don't name the tensor "${key}".`)
  return name
}
