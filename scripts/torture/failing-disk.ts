import fs from 'node:fs'

/** Which file calls fail. */
export interface Disk {
  /** The calls that count name a path that begins so. */
  under: string
  /** The number of the first call that fails, from 1; 0: none does, they are only counted. */
  at: number
  /** Whether all after it fail too, as on a full disk. */
  stays: boolean
  code: 'ENOSPC' | 'EMFILE' | 'EIO'
}

/** How many calls counted, and which of them failed. */
export interface Calls {
  count: number
  failed: string[]
}

/** Calls that fail where the disk is full. */
const WRITES = ['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'copyFile', 'rename', 'link', 'symlink', 'truncate']
/** Those that also fail where the disk is broken, or nothing can be opened. */
const OTHERS = ['readFile', 'open', 'opendir', 'readdir', 'stat', 'lstat', 'access', 'unlink', 'rm']
/** Calls of an open file. */
const OF_HANDLES = ['write', 'writev', 'writeFile', 'appendFile', 'datasync', 'sync', 'truncate']

const SENTENCES = {
  ENOSPC: 'no space left on device',
  EMFILE: 'too many open files',
  EIO: 'i/o error',
}

let disk: Disk | null = null
let calls: Calls = { count: 0, failed: [] }
let isIn = false

/** From now on these calls fail. @returns what was counted until now */
export function failing(next: Partial<Disk>): Calls {
  const before = calls
  disk = next.under ? (next as Disk) : null
  calls = { count: 0, failed: [] }
  if (!isIn) comeBetween()
  isIn = true
  return before
}

/** The error of this call, if it is to fail. */
function errorOf(name: string, path: unknown): NodeJS.ErrnoException | null {
  if (!disk || !String(path ?? '').startsWith(disk.under)) return null
  if (disk.code === 'ENOSPC' && OTHERS.includes(name) && name !== 'open') return null
  calls.count++
  const { at, stays, code } = disk
  if (at === 0 || (stays ? calls.count < at : calls.count !== at)) return null
  calls.failed.push(`${name} ${path}`)
  const error: NodeJS.ErrnoException = new Error(`${code}: ${SENTENCES[code]}, ${name} '${path}'`)
  return Object.assign(error, { code, errno: -1, syscall: name, path: String(path) })
}

/** Comes between this process and its file calls: of promises, with a callback, at once, and of open files. */
function comeBetween(): void {
  type Call = (...args: unknown[]) => unknown
  const all = fs as unknown as Record<string, Call>
  const promises = fs.promises as unknown as Record<string, Call>
  const opened = new WeakMap<object, string>()
  for (const name of [...WRITES, ...OTHERS]) {
    const promised = promises[name] as Call
    promises[name] = async (...args) => {
      const path = typeof args[0] === 'object' && args[0] ? opened.get(args[0]) : args[0]
      const error = errorOf(name, path)
      if (error) throw error
      const result = await promised(...args)
      if (name === 'open') watchHandle(result as Record<string, Call>, String(path))
      return result
    }
    const called = all[name] as Call
    all[name] = Object.assign((...args: unknown[]) => {
      const error = errorOf(name, args[0])
      const back = args.at(-1) as Call
      return error && typeof back === 'function' ? process.nextTick(back, error) : called(...args)
    }, called)
    const direct = all[`${name}Sync`] as Call
    all[`${name}Sync`] = Object.assign((...args: unknown[]) => {
      const error = errorOf(name, args[0])
      if (error) throw error
      return direct(...args)
    }, direct)
  }

  function watchHandle(handle: Record<string, Call>, path: string): void {
    opened.set(handle, path)
    for (const name of OF_HANDLES) {
      const call = (handle[name] as Call).bind(handle)
      handle[name] = async (...args) => {
        const error = errorOf(name, path)
        if (error) throw error
        return call(...args)
      }
    }
  }
}
