import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { runCommand } from '../../src/cli/commands'

export interface Ended {
  code: number | null
  out: string
  error: string
}

/** Runs `daisychain …` in this process, with some environment variables set, and returns what it printed. */
export async function run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { stdout, stderr } = process
  const ended: Ended = { code: null, out: '', error: '' }
  const real = [stdout.write, stderr.write] as const
  const before = { ...process.env }
  const keep = (where: 'out' | 'error') => (text: string | Uint8Array) => {
    ended[where] += text
    return true
  }
  stdout.write = keep('out')
  stderr.write = keep('error')
  Object.assign(process.env, env)
  try {
    ended.code = await runCommand(args)
  } finally {
    ;[stdout.write, stderr.write] = real
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
  return ended
}

/** Runs it in its own process, as people do. `started` gets a function that interrupts it like Ctrl-C. */
export function spawned(
  args: string[],
  { input = '', env = {} as Record<string, string>, started = (_: () => void) => {} } = {},
): Promise<Ended> {
  const program = resolve(__dirname, '../../src/cli/daisychain.js')
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } })
  const ended: Ended = { code: null, out: '', error: '' }
  child.stdout.on('data', (data) => (ended.out += data))
  child.stderr.on('data', (data) => (ended.error += data))
  child.stdin.on('error', () => {}) // the command may end without reading its input
  child.stdin.end(input)
  started(() => child.kill('SIGINT'))
  return new Promise((done) => child.once('close', (code) => done({ ...ended, code })))
}
