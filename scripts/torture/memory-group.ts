import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A group of processes with its own memory limit, like a container's. */
export interface MemoryGroup {
  /** A program that runs Node.js in it. */
  node: string
  /** Bytes in use, without the file cache. */
  used(): number
  /** In bytes, or slightly more if the system cannot reclaim that much; null: no limit. */
  limit(bytes: number | null): void
  /** How many of its processes the system has killed for lack of memory. */
  ended(): number
  /** To be called when no process is left in it. */
  remove(): void
}

/** Null if this user may not create one. @param folder for the program */
export function memoryGroup(folder: string): MemoryGroup | null {
  const own = /^\d+:memory:(\/.*)$/m.exec(read('/proc/self/cgroup'))?.[1]
  const isFirst = own !== undefined && existsSync('/sys/fs/cgroup/memory')
  const parent = isFirst
    ? [join('/sys/fs/cgroup/memory', own), '/sys/fs/cgroup/memory'].find(existsSync)
    : '/sys/fs/cgroup'
  const group = join(parent as string, `daisychain-torture-${process.pid}`)
  const [limitFile, none] = isFirst ? ['memory.limit_in_bytes', '-1'] : ['memory.max', 'max']
  try {
    mkdirSync(group)
    writeFileSync(join(group, limitFile), none)
  } catch {
    if (existsSync(group)) rmdirSync(group)
    return null
  }
  const node = join(folder, 'node')
  const enters = `echo $$ > '${join(group, 'cgroup.procs')}'`
  writeFileSync(node, `#!/bin/sh\n${enters}\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 })
  const count = (file: string, name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(read(join(group, file)))?.[1] ?? 0)
  return {
    node,
    used: () =>
      isFirst
        ? count('memory.stat', 'total_rss') + count('memory.stat', 'total_shmem')
        : count('memory.stat', 'anon') + count('memory.stat', 'shmem'),
    limit(bytes) {
      for (let more = 0; ; more += 4 * 2 ** 20) {
        try {
          return writeFileSync(join(group, limitFile), bytes === null ? none : `${Math.round(bytes + more)}`)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error
        }
      }
    },
    ended: () => count(isFirst ? 'memory.oom_control' : 'memory.events', 'oom_kill'),
    remove: () => rmdirSync(group),
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
