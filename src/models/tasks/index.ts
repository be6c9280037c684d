import type { Model, Step, TaskName, Variant } from '../manifest'
import { stepsOf } from '../steps/names'
import { caption } from './caption'
import { detect, find } from './detect'
import { draw } from './draw'
import { generate } from './generate'
import { lines } from './lines'
import { matte } from './matte'
import type { Task } from './task'
import { tiledFeed } from './tiles'
import { transform } from './transform'

/** Task name in a manifest → its code. */
export const tasks: Record<TaskName, Task> = { transform, detect, find, draw, lines, generate, caption, matte }

/** These run the model step by step. */
const STEPWISE: readonly TaskName[] = ['generate', 'caption']

/** Whether a message needs one run of the model only, and leaves nothing in it for the next. */
export function runsOnce(model: Model, variant: Variant): boolean {
  const task = variant.task ?? model.task ?? 'transform'
  return !variant.steps && !STEPWISE.includes(task) && !tiledFeed(variant) && !isRecurrent(variant)
}

/** Whether a variant keeps something from one message to the next that the next begins with. */
export function isRecurrent(variant: Variant): boolean {
  return stepsOf(variant).some(keepsState)
}

function keepsState({ feeds = {}, each }: Step): boolean {
  return each?.follow !== undefined || Object.values(feeds).some(({ kind }) => kind === 'state')
}
