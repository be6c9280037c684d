import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(__dirname, '../../..')
const PROGRAMS = join(ROOT, 'test/interop/programs')

/** Time limit for an installation, in milliseconds. */
const INSTALL_LIMIT = Number(process.env.DAISYCHAIN_INSTALL_SECONDS ?? 900) * 1000

/** A Python environment with its own packages, kept for the next run. */
export interface Judge {
  /** Runs a program of `programs/` until it ends. @returns the JSON that it prints */
  ask(program: string, ...args: string[]): Promise<unknown>
  /** Starts a long-running program. @returns functions that stop it and return its output */
  start(program: string, ...args: string[]): { stop(): Promise<void>; output(): string }
}

/**
 * Creates a virtual environment with exactly these packages.
 * @param name of its folder
 * @throws Error that says why they can't be installed here
 */
export async function judge(name: string, packages: readonly string[]): Promise<Judge> {
  const folder = join(ROOT, '.cache/interop', name)
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const list = join(folder, 'daisychain-packages.txt')
  const wanted = packages.join('\n')
  if (!existsSync(list) || readFileSync(list, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    try {
      await install(folder, python, packages)
    } catch (error) {
      const { stderr = '', message, killed } = error as Error & { stderr?: string; killed?: boolean }
      const said =
        stderr
          .trim()
          .split('\n')
          .findLast((line) => /error/i.test(line)) ?? message.split('\n')[0]
      throw new Error(killed ? `installing it took longer than ${INSTALL_LIMIT / 1000} s` : said)
    }
    writeFileSync(list, wanted)
  }
  return {
    async ask(program, ...args) {
      const { stdout } = await run(python, [join(PROGRAMS, program), ...args], {
        maxBuffer: 2 ** 28,
        timeout: 120_000,
        env: environment(),
      })
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    },
    start(program, ...args) {
      const child = spawn(python, [join(PROGRAMS, program), ...args], {
        env: environment(),
        // Some programs start children, so each gets its own process group.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let output = ''
      child.stdout.on('data', (data) => (output += data))
      child.stderr.on('data', (data) => (output += data))
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      return {
        output: () => output,
        async stop() {
          if (child.pid === undefined) return
          try {
            process.kill(-child.pid, 'SIGKILL')
          } catch {
            // The program has already ended.
          }
          await ended
        },
      }
    },
  }
}

/** Uses the system's pip if there is one, because installing another takes a while. */
async function install(folder: string, python: string, packages: readonly string[]): Promise<void> {
  const limit = { timeout: INSTALL_LIMIT }
  const words = ['install', '--quiet', '--disable-pip-version-check', '--retries', '1', ...packages]
  await run('python3', ['-m', 'venv', '--without-pip', folder], limit)
  const hasPip = await run('python3', ['-m', 'pip', '--version'], limit).catch(() => null)
  if (hasPip) await run('python3', ['-m', 'pip', '--python', python, ...words], limit)
  else {
    await run(python, ['-m', 'ensurepip'], limit)
    await run(python, ['-m', 'pip', ...words], limit)
  }
}

const environment = () => ({ ...process.env, PYTHONUNBUFFERED: '1', TF_CPP_MIN_LOG_LEVEL: '3' })

/** Retries until there is no error. @throws Error with the last failure and the server's output */
export async function answering<T>(call: () => Promise<T>, output: () => string, limit = 90_000): Promise<T> {
  const end = Date.now() + limit
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (Date.now() > end) throw new Error(`${(error as Error).message}\n${output().slice(-3000)}`)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}

/**
 * Tests against another project's program. If it can't be installed, the tests are skipped, and its name and
 * the reason are printed.
 * @param packages with pinned versions
 */
export function describeJudge(name: string, packages: readonly string[], tests: (judge: () => Judge) => void): void {
  describe(name, function () {
    this.timeout(INSTALL_LIMIT + 180_000)
    let own: Judge
    before(async function () {
      try {
        own = await judge(name.toLowerCase().replace(/\W+/g, '-'), packages)
      } catch (error) {
        console.log(`      SKIPPED ${name}: ${(error as Error).message}`)
        this.skip()
      }
    })
    tests(() => own)
  })
}
