import { readFileSync } from 'node:fs'
import { availableParallelism, freemem, totalmem } from 'node:os'

/** The limits of a container; null if there is none. */
export interface ContainerLimits {
  /** The number of processors, which may be a fraction. */
  processors: number | null
  /** The memory limit and the memory in use, in bytes. */
  memory: number | null
  used: number | null
}

type Read = (path: string) => string | null

/**
 * The limits of this process's control groups (version 1 and 2): the lowest of its own and those of its
 * parents.
 */
export function containerLimits(read: Read = readText): ContainerLimits {
  const limits: ContainerLimits = { processors: null, memory: null, used: null }
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, kinds = '', path = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (path === '') continue
    const names = kinds.split(',')
    const isSecond = kinds === ''
    for (const folder of around(`/sys/fs/cgroup${isSecond ? '' : `/${kinds}`}`, path)) {
      if (isSecond || names.includes('memory')) takeMemory(folder, isSecond)
      if (isSecond || names.includes('cpu')) takeProcessors(folder, isSecond)
    }
  }
  return limits

  function takeMemory(folder: string, isSecond: boolean): void {
    const most = numberIn(read(`${folder}/${isSecond ? 'memory.max' : 'memory.limit_in_bytes'}`))
    // In version 1, no limit is a number larger than any memory.
    if (most === null || most >= 2 ** 60 || most >= (limits.memory ?? Number.POSITIVE_INFINITY)) return
    const current = numberIn(read(`${folder}/${isSecond ? 'memory.current' : 'memory.usage_in_bytes'}`))
    const cached = /^(?:total_)?inactive_file (\d+)$/m.exec(read(`${folder}/memory.stat`) ?? '')?.[1]
    limits.memory = most
    limits.used = current === null ? null : Math.max(0, current - Number(cached ?? 0))
  }

  function takeProcessors(folder: string, isSecond: boolean): void {
    const [quota, period] = isSecond
      ? (read(`${folder}/cpu.max`) ?? '').trim().split(' ').map(numberIn)
      : [numberIn(read(`${folder}/cpu.cfs_quota_us`)), numberIn(read(`${folder}/cpu.cfs_period_us`))]
    if (quota && period && quota > 0 && period > 0)
      limits.processors = Math.min(limits.processors ?? Number.POSITIVE_INFINITY, quota / period)
  }
}

/** The number of threads that can run at the same time. */
export function processors(read?: Read): number {
  const share = containerLimits(read).processors
  return Math.max(1, Math.min(availableParallelism(), Math.floor(share ?? Number.POSITIVE_INFINITY)))
}

/** The memory of this computer or container in bytes. */
export function memorySize(read?: Read): number {
  return Math.min(totalmem(), containerLimits(read).memory ?? Number.POSITIVE_INFINITY)
}

/** The free memory of this computer or container in bytes. */
export function freeMemory(read?: Read): number {
  const { memory, used } = containerLimits(read)
  return Math.min(freemem(), memory === null || used === null ? Number.POSITIVE_INFINITY : Math.max(0, memory - used))
}

/**
 * The folders of a control group and its parents. In a container, the path may be that of the host, so that
 * only the root exists.
 */
function around(root: string, path: string): string[] {
  const steps = path.split('/').filter((step) => step !== '')
  return [root, ...steps.map((_, i) => `${root}/${steps.slice(0, i + 1).join('/')}`)]
}

function numberIn(text: string | null): number | null {
  return text !== null && /^-?\d+\s*$/.test(text) ? Number(text) : null
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // not Linux, or another version
  }
}
