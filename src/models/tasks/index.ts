import { isBefore } from '../before'
import type { Manifest, Model, Step, TaskName, Variant } from '../manifest'
import { stepsOf } from '../steps/names'
import { alike } from './alike'
import { caption } from './caption'
import { detect, find } from './detect'
import { draw } from './draw'
import { frames } from './frames'
import { generate } from './generate'
import { hear } from './hear'
import { lines } from './lines'
import { mark } from './mark'
import { match } from './match'
import { matte } from './matte'
import { phrase } from './phrase'
import { speak } from './speak'
import type { Task } from './task'
import { texts } from './texts'
import { tiledFeed } from './tiles'
import { transcribe } from './transcribe'
import { transform } from './transform'
import { write } from './write'

/** The code of each task, by its name in manifests. */
export const tasks: Record<TaskName, Task> = {
  transform,
  detect,
  find,
  draw,
  lines,
  mark,
  write,
  texts,
  match,
  alike,
  phrase,
  generate,
  caption,
  matte,
  frames,
  transcribe,
  hear,
  speak,
}

/** Tasks that write text token by token. */
const WRITING: readonly TaskName[] = ['generate', 'caption', 'transcribe']
/** Tasks that run the model on one part of a message after another. */
const IN_PARTS: readonly TaskName[] = ['hear', 'speak']

/** Whether a model writes text token by token, so that unfinished text can be shown. */
export function writesText(model: Manifest, variant: Variant): boolean {
  const writes = variant.steps?.some(({ task }) => task === 'write')
  return writes ?? WRITING.includes(taskOf(model, variant))
}

/** Whether a model speaks text sentence by sentence. */
export function speaksText(model: Manifest, variant: Variant): boolean {
  return taskOf(model, variant) === 'speak'
}

function taskOf(model: Manifest, variant: Variant): TaskName {
  return variant.task ?? model.task ?? 'transform'
}

/** Whether a model outputs unfinished results: text token by token, or previews of a picture. */
export function showsParts(model: Manifest, variant: Variant): boolean {
  return writesText(model, variant) || stepsOf(variant).some(({ repeat }) => repeat?.rough)
}

/** Whether a model takes clicks on its picture as input. */
export function takesClicks(variant: Variant): boolean {
  return stepsOf(variant).some(({ feeds = {} }) => Object.values(feeds).some(({ kind }) => kind === 'clicks'))
}

/** Whether a message needs only one run of the model, with no state for the next message. */
export function runsOnce(model: Model, variant: Variant): boolean {
  const isInParts = IN_PARTS.includes(taskOf(model, variant))
  return !variant.steps && !isInParts && !writesText(model, variant) && !tiledFeed(variant) && !isRecurrent(variant)
}

/** Whether a variant carries state from one message to the next. */
export function isRecurrent(variant: Variant): boolean {
  return stepsOf(variant).some(keepsState)
}

/** Whether a variant reads a sound that may arrive in pieces. */
export function hearsInFrames(variant: Variant): boolean {
  return stepsOf(variant).some(({ feeds = {} }) => Object.values(feeds).some(({ kind }) => kind === 'frame'))
}

function keepsState({ feeds = {}, each }: Step): boolean {
  return (
    each?.follow !== undefined ||
    Object.values(feeds).some(
      (feed) =>
        feed.kind === 'state' || feed.kind === 'frame' || isBefore(feed) || (feed.kind === 'clicks' && feed.follow),
    )
  )
}
