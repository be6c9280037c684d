import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineOptions, TensorFeed } from '../../src/engine'
import type { LaneSettings } from '../../src/engine/protocol'

const ROOT = join(__dirname, '..', '..', '..')

export const ENGINE = join(ROOT, 'dist', 'src', 'engine')

/**
 * Copies the engine and what it needs to another folder with another ONNX Runtime, or none.
 * @returns the copy's folder
 */
export function copyEngine(folder: string): string {
  for (const part of ['apart', 'engine', 'grpc', 'onnx'])
    cpSync(join(ROOT, 'dist', 'src', part), join(folder, 'dist', 'src', part), { recursive: true })
  return join(folder, 'dist', 'src', 'engine')
}

export const model = (name: string) => join(ROOT, 'test', 'fixtures', 'onnx', `${name}.onnx`)

export const KINDS: EngineOptions['isolation'][] = ['process', 'thread']

export const tensor = { kind: 'tensor' } as const

export const SETTINGS: LaneSettings = {
  device: 'cpu',
  strict: false,
  memoryLimit: 0,
  threads: 1,
  idleRelease: 0,
  noNative: null,
  noAccelerator: null,
  ownProcess: true,
}

export function row(...values: number[]): TensorFeed {
  return { kind: 'tensor', dtype: 'float32', dims: [1, values.length], data: Float32Array.from(values) }
}

/** Feeds for slow.onnx: each count takes about a third of a millisecond. */
export function slow(count: number): Record<string, TensorFeed> {
  return {
    x: { kind: 'tensor', dtype: 'float32', dims: [256, 256], data: new Float32Array(256 * 256).fill(1) },
    count: { kind: 'tensor', dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(count)) },
  }
}

/** A count that outlasts any test. */
export const FOREVER = 1_000_000

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until `test` holds; only the test's own time limit ends the wait early. */
export async function until(test: () => boolean): Promise<void> {
  while (!test()) await pause(10)
}

/**
 * Runs a program in its own Node.js process, with `engine` and the helpers above in scope. `limits` is a
 * shell command to run first.
 */
export function runScript(text: string, engine = ENGINE, limits = '') {
  const script = `
    const { createEngine, sharedEngine, EngineError } = require(${JSON.stringify(engine)})
    const { slow, row, tensor, model, until, pause, FOREVER } = require(${JSON.stringify(__filename)})
    ;(async () => { ${text} })()`
  const command = [process.execPath, '-e', script]
  const [program, ...args] = limits ? ['sh', '-c', `${limits}; exec "$@"`, 'sh', ...command] : command
  const child = spawn(program as string, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const ended = new Promise<{ code: number | null; signal: string | null; out: string; err: string }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, out, err })),
  )
  return { child, ended, out: () => out }
}
