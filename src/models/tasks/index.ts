import type { TaskName } from '../manifest'
import { caption } from './caption'
import { detect } from './detect'
import { generate } from './generate'
import { matte } from './matte'
import type { Task } from './task'
import { transform } from './transform'

/** Task name in a manifest → its code. */
export const tasks: Record<TaskName, Task> = { transform, detect, generate, caption, matte }
