import type { Model, TaskName, Variant } from '../manifest'
import { caption } from './caption'
import { detect } from './detect'
import { generate } from './generate'
import { matte } from './matte'
import type { Task } from './task'
import { tiledFeed } from './tiles'
import { transform } from './transform'

/** Task name in a manifest → its code. */
export const tasks: Record<TaskName, Task> = { transform, detect, generate, caption, matte }

/** These run the model step by step. */
const STEPWISE: readonly TaskName[] = ['generate', 'caption']

export function taskOf(model: Model, variant: Variant): Task {
  return tasks[nameOf(model, variant)]
}

/** Whether a message needs one run of the model only, and leaves nothing in it for the next. */
export function runsOnce(model: Model, variant: Variant): boolean {
  return !STEPWISE.includes(nameOf(model, variant)) && !tiledFeed(variant) && !isRecurrent(variant)
}

/** Whether a variant keeps something from one message to the next. */
export function isRecurrent({ feeds }: Variant): boolean {
  return Object.values(feeds).some(({ kind }) => kind === 'state')
}

function nameOf(model: Model, variant: Variant): TaskName {
  return variant.task ?? model.task ?? 'transform'
}
