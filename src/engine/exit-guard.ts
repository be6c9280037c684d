const tasks = new Set<() => void>()

function runAll() {
  for (const task of tasks) task()
}

/**
 * Calls a synchronous task when Node.js exits, also after process.exit() or an uncaught exception.
 * @returns a function that cancels this
 */
export function atExit(task: () => void): () => void {
  if (tasks.size === 0) process.on('exit', runAll)
  tasks.add(task)
  return () => {
    tasks.delete(task)
    if (tasks.size === 0) process.off('exit', runAll)
  }
}
