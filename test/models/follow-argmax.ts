import type { Follow } from '../../src/engine'
import { likeliest } from '../../src/models/text/choose'
import { type StepTensors, stepFeeds } from '../../src/models/text/step-feeds'

/** Selects the most likely token each time, `count` tokens in total. */
export const follow: Follow<{ tensors: StepTensors; seen: number; count: number }, number> = ({ logits }, about) => {
  const said = likeliest(logits?.data as Float32Array)
  about.count--
  return about.count > 0 ? { said, feeds: stepFeeds(about.tensors, about.seen++, [said]) } : { said }
}

/** The path of this module, for the lane. */
export const ARGMAX = __filename
