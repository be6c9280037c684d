import fs from 'node:fs'

/** Which file calls fail. */
export interface Disk {
  /** Only calls whose path begins with one of these count. */
  under: string[]
  /** The number of the first call that fails, from 1; 0: none fails, they are only counted. */
  at: number
  /** Whether all later calls fail too, as on a full disk. */
  stays: boolean
  code: Code
}

/** `SHORT`: no error, but fewer bytes are written than requested. */
export type Code = 'ENOSPC' | 'EMFILE' | 'EIO' | 'EACCES' | 'EROFS' | 'SHORT'

/** How many calls counted, and which of them failed. */
export interface Calls {
  count: number
  failed: string[]
}

/** Calls with paths, and calls on open files. */
const NAMES = [
  ...['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'copyFile', 'rename', 'link', 'truncate', 'readFile', 'open'],
  ...['opendir', 'readdir', 'stat', 'lstat', 'access', 'unlink', 'rm', 'rmdir'],
]
const OF_HANDLES = ['write', 'writev', 'writeFile', 'appendFile', 'datasync', 'sync', 'truncate', 'read']
const OF_NUMBERS = ['write', 'writev', 'fsync', 'read']

/** Calls that a read-only disk refuses, including `open` for writing. */
const CHANGES = [
  ...['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'copyFile', 'rename', 'link', 'truncate', 'open'],
  ...['unlink', 'rm', 'rmdir'],
]

/** Which calls a fault affects: a full disk can still be read, and a file that is open isn't opened again. */
const MEETS: Record<Code, readonly string[]> = {
  ENOSPC: [
    'writeFile',
    'appendFile',
    'mkdir',
    'mkdtemp',
    'copyFile',
    'link',
    'open',
    'write',
    'writev',
    'sync',
    'fsync',
  ],
  EMFILE: ['writeFile', 'appendFile', 'copyFile', 'readFile', 'open', 'opendir', 'readdir'],
  EIO: [...NAMES, ...OF_HANDLES, ...OF_NUMBERS],
  EACCES: NAMES,
  EROFS: CHANGES,
  SHORT: ['write', 'writev'],
}

const SENTENCES = {
  ENOSPC: 'no space left on device',
  EMFILE: 'too many open files',
  EIO: 'i/o error',
  EACCES: 'permission denied',
  EROFS: 'read-only file system',
  SHORT: '',
}

let disk: Disk | null = null
let calls: Calls = { count: 0, failed: [] }
let isIn = false

/** These calls fail from now on. @returns what has been counted so far */
export function failing(next: Partial<Disk>): Calls {
  const before = calls
  disk = next.under ? (next as Disk) : null
  calls = { count: 0, failed: [] }
  if (!isIn) comeBetween()
  isIn = true
  return before
}

/** The error of this call, if it should fail. @param args those after the path or file */
function errorOf(name: string, path: unknown, args: readonly unknown[]): NodeJS.ErrnoException | null {
  if (!disk?.under.some((folder) => String(path ?? '').startsWith(folder))) return null
  const { at, stays, code } = disk
  if (!MEETS[code].includes(name) || (code === 'EROFS' && name === 'open' && onlyReads(args))) return null
  calls.count++
  if (at === 0 || (stays ? calls.count < at : calls.count !== at)) return null
  calls.failed.push(`${name} ${path}`)
  const error: NodeJS.ErrnoException = new Error(`${code}: ${SENTENCES[code]}, ${name} '${path}'`)
  return Object.assign(error, { code, errno: -1, syscall: name, path: String(path) })
}

function onlyReads([flags]: readonly unknown[]): boolean {
  if (typeof flags === 'number') return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) === 0
  return typeof flags !== 'string' || flags === 'r'
}

/** The arguments of a `write` or `writev`, after its file, for half of the bytes. */
function halved([first, ...rest]: unknown[]): unknown[] {
  if (Array.isArray(first)) {
    const some = (first as Uint8Array[]).find(({ length }) => length > 0)
    return [some ? [half(some)] : first, ...rest]
  }
  // The position follows the string.
  if (typeof first === 'string') {
    const bytes = half(Buffer.from(first))
    return [bytes, 0, bytes.length, ...rest.filter((one) => typeof one !== 'string')]
  }
  const bytes = first as Uint8Array
  const [from, length, ...more] = rest
  if (typeof from !== 'number') return [half(bytes), ...rest]
  if (typeof length !== 'number') return [bytes, from, half(bytes.subarray(from)).length, ...rest.slice(1)]
  return [bytes, from, half(bytes.subarray(from, from + length)).length, ...more]
}

const half = <T extends Uint8Array>(bytes: T) => bytes.subarray(0, Math.ceil(bytes.length / 2)) as T

type Call = (...args: unknown[]) => unknown
type Calling = Record<string, Call>

/** Intercepts this process's file calls: promises, callbacks, synchronous calls, and calls on open files. */
function comeBetween(): void {
  const all = fs as unknown as Calling
  const promises = fs.promises as unknown as Calling
  const paths = new Map<unknown, string>()
  for (const name of NAMES) {
    const call = promises[name] as Call
    promises[name] = async (first, ...args) => {
      const error = errorOf(name, paths.get(first) ?? first, args)
      if (error) throw error
      const result = await call(first, ...args)
      if (name === 'open') watchHandle(result as Calling, String(first))
      return result
    }
  }
  for (const name of [...NAMES, ...OF_NUMBERS]) {
    const call = all[name] as Call
    const failing: Call = (first, ...args) => {
      const error = errorOf(name, paths.get(first) ?? first, args)
      const back = args.at(-1) as Call
      // The caller gets back the buffers that it passed in, and continues with the rest.
      const some: Call = (failed, written) => back(failed, written, args[0])
      if (error?.code === 'SHORT') return call(first, ...halved(args.slice(0, -1)), some)
      if (error && typeof back === 'function') return process.nextTick(back, error)
      if (name !== 'open' || typeof back !== 'function') return call(first, ...args)
      const opened: Call = (failed, file) => {
        if (!failed) paths.set(file, String(first))
        return back(failed, file)
      }
      return call(first, ...args.slice(0, -1), opened)
    }
    all[name] = Object.assign(failing, call)
    const atOnce = all[`${name}Sync`] as Call
    const failingAtOnce: Call = (first, ...args) => {
      const error = errorOf(name, paths.get(first) ?? first, args)
      if (error?.code === 'SHORT') return atOnce(first, ...halved(args))
      if (error) throw error
      const result = atOnce(first, ...args)
      if (name === 'open') paths.set(result, String(first))
      return result
    }
    all[`${name}Sync`] = Object.assign(failingAtOnce, atOnce)
  }
  for (const name of ['close', 'closeSync']) {
    const close = all[name] as Call
    all[name] = (file, ...args) => {
      paths.delete(file)
      return close(file, ...args)
    }
  }

  function watchHandle(handle: Calling, path: string): void {
    for (const name of OF_HANDLES) {
      const call = (handle[name] as Call).bind(handle)
      handle[name] = async (...args) => {
        const error = errorOf(name, path, args)
        if (error?.code === 'SHORT') {
          const { bytesWritten } = (await call(...halved(args))) as { bytesWritten: number }
          return { bytesWritten, [Array.isArray(args[0]) ? 'buffers' : 'buffer']: args[0] }
        }
        if (error) throw error
        return call(...args)
      }
    }
  }
}
