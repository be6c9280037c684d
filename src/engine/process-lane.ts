import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { endsFirst } from '../apart/ends-first'
import { childEnvironment } from '../apart/environment'
import { atExit } from './exit-guard'
import { openFrames } from './frames'
import { type Lane, type LaneEvents, receive } from './lane'
import { openSharedFile } from './shared-file'
import type { Store } from './store'

const PROGRAM = join(__dirname, 'lane', 'main.js')

/** Milliseconds that a killed process may take to end. */
const KILL_LIMIT = 5000

/**
 * By default, glibc keeps most of the memory of released models, and more with every load. So large blocks
 * are allocated directly from the system and returned to it, except those for a small picture, for which that
 * would take longer than the work. They use pages of 2 MB if available: with pages of 4 kB, a run on a large
 * picture spends most of its time allocating memory.
 */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(8 * 2 ** 20),
  GLIBC_TUNABLES: [process.env.GLIBC_TUNABLES, 'glibc.malloc.hugetlb=1'].filter(Boolean).join(':'),
}

/** Starts a lane in a child process. If the native library crashes, only that process ends, not Node-RED. */
export function startProcessLane(
  events: LaneEvents,
  store: Pick<Store, 'file' | 'close'> = { file: null, close() {} },
  sharedFile: number | null = openSharedFile(),
): Lane {
  const files = [...(sharedFile === null ? [] : ['--shared-file']), ...(store.file === null ? [] : ['--store'])]
  const child = spawn(process.execPath, [PROGRAM, ...files], {
    // Nothing is ever written to the first pipe: when it closes, the lane knows that this process has gone.
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', sharedFile ?? 'ignore', store.file ?? 'ignore'],
    env: { ...childEnvironment('models'), ...ALLOCATOR },
    windowsHide: true,
  })
  endsFirst(child)
  const forget = atExit(() => child.kill('SIGKILL'))
  let over = false
  const end = (how: string, crashed = false) => {
    if (over) return
    over = true
    forget()
    if (sharedFile !== null) closeSync(sharedFile)
    events.ended(how, crashed)
  }
  child.on('error', (error) => end(`could not be started (${error.message})`))
  child.on('close', (code, signal) => end(describeEnd(code, signal), hasCrashed(code, signal)))
  // If the system is out of descriptors, there are no streams, and only the error follows.
  const [stdin, stdout, stderr, pipe] = (child.stdio ?? []) as (Socket | null | undefined)[]
  if (!stdin || !stdout || !stderr || !pipe) return { pid: undefined, send() {}, kill() {}, hold() {} }

  const print = (line: string) => {
    const plain = stripVTControlCharacters(line).trim()
    if (plain) events.printed(plain)
  }
  for (const stream of [stdout, stderr]) createInterface({ input: stream }).on('line', print)
  stdin.on('error', () => {})
  pipe.on('error', () => {}) // 'close' follows
  pipe.on('close', () => {
    // It should end when asked to. Otherwise it is killed, because a lane without its pipe is useless.
    setTimeout(() => child.kill('SIGKILL'), 1000).unref()
  })
  const send = openFrames(pipe, sharedFile, (packet) => receive(packet, events))
  return {
    pid: child.pid,
    send,
    kill() {
      child.kill('SIGKILL')
      // A process stuck in a broken driver may not die even then, so nothing waits for it any more.
      setTimeout(() => {
        if (over) return
        store.close() // it may still write to the store
        end('could not be killed')
      }, KILL_LIMIT).unref()
    },
    hold: (on) => {
      for (const handle of [child, pipe, stdin, stdout, stderr]) on ? handle.ref() : handle.unref()
    },
  }
}

/** Signals that a program's own errors cause. */
const OWN_SIGNALS = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']

function hasCrashed(code: ChildProcess['exitCode'], signal: NodeJS.Signals | null): boolean {
  if (signal) return OWN_SIGNALS.includes(signal)
  // Windows has no signals: a program that another one has killed exits with 1.
  return code !== 0 && !(process.platform === 'win32' && code === 1)
}

function describeEnd(code: ChildProcess['exitCode'], signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL; the system does this when memory runs out)'
  if (signal) return `crashed (${signal})`
  return `ended (exit code ${code})`
}
