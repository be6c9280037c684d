import { statSync } from 'node:fs'

/** What `read` made of each file, kept until the file changes. Nothing is kept of a file that isn't there. */
export function whileUnchanged<T>(read: (path: string) => T): (path: string) => T {
  const known = new Map<string, { state: string; made: T }>()
  return (path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    const state = found ? `${found.size} ${found.mtimeMs} ${found.ino}` : ''
    const kept = known.get(path)
    if (found && kept?.state === state) return kept.made
    known.delete(path)
    const made = read(path)
    if (found) known.set(path, { state, made })
    return made
  }
}
