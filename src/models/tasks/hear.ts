import type { FetchedTensor } from '../../engine'
import type { Audio } from '../../types'
import { othersTurn } from '../../types/in-pieces'
import { loudPart } from '../../types/loud-part'
import type { RankedClass } from '../classes'
import { prepareFeeds } from './feeds'
import type { Job } from './task'

/**
 * Classifies a sound: the file is run on one window after another (feeds), and the largest score of each
 * class counts. Ports: `sound` and `min_score`. Outputs: `category`, `score` and `heard`.
 */
export interface HearSettings {
  /** The output tensor with a score for each class. */
  output: string
  /** The length of a window, and the distance from one to the next, in seconds. */
  seconds: number
  hop: number
  classes: string[]
  /** The class for silence, which is never reported. */
  silence?: string
  /** The value of `category` if no class reaches the minimum score. */
  nothing: string
  /** The maximum number of classes (5). */
  top?: number
}

export async function hear(job: Job): Promise<Record<string, unknown>> {
  const { variant, inputs } = job
  const { output, seconds, hop, classes, silence, nothing, top = 5 } = variant.settings as unknown as HearSettings
  const sound = inputs.sound as Audio
  const scores = new Float64Array(classes.length)
  // The last window may be incomplete; it is padded with silence.
  const count = Math.max(1, Math.ceil((sound.seconds - seconds) / hop) + 1)
  for (let i = 0; i < count; i++) {
    const window = loudPart(sound, i * hop, seconds)
    if (i % 20 === 0) await othersTurn()
    if (!window) continue
    await job.goOn?.()
    const { feeds } = await prepareFeeds({ ...job, inputs: { ...inputs, sound: window } })
    const made = await job.run(feeds, { [output]: { kind: 'tensor' } })
    const { data } = made[output] as FetchedTensor
    if (data.length !== classes.length)
      throw new Error(`The model outputs ${data.length} scores for a window, but it has ${classes.length} classes.`)
    for (let at = 0; at < classes.length; at++) scores[at] = Math.max(scores[at] as number, Number(data[at]))
  }
  const heard = classes
    .map((category, i): RankedClass => ({ category, score: scores[i] as number }))
    .filter(({ category, score }) => category !== silence && score > 0 && score >= (inputs.min_score as number))
    .sort((a, b) => b.score - a.score)
    .slice(0, top)
  return { category: heard[0]?.category ?? nothing, score: heard[0]?.score ?? 0, heard }
}
