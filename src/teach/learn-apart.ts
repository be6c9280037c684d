import { join } from 'node:path'
import type { Threads } from '../apart/threads'
import type { ClassLesson, LearnedClasses, LearnedNumbers, NumberLesson } from './lesson'

const PROGRAM = join(__dirname, 'learn-thread.js')
/** The time limit in milliseconds; 20 000 examples take a few seconds. */
const TIME_LIMIT = 120_000

/** Learns in a separate thread. @param caller the owner of the task, for cancelling it */
export function learnApart(threads: Threads, caller: unknown) {
  const run = <T>(call: string, lesson: object) =>
    threads.run<T>({ program: PROGRAM, key: 'teach', call, args: [lesson] }, { caller, timeLimit: TIME_LIMIT })
  return {
    classes: (lesson: ClassLesson) => run<LearnedClasses>('classes', lesson),
    numbers: (lesson: NumberLesson) => run<LearnedNumbers>('numbers', lesson),
  }
}
