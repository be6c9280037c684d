import { resolve } from 'node:path'
import { giveCores, takeCores } from './cores'
import { startProcessLane } from './process-lane'
import { attach, detach, type LaneSettings, type Request, type RunReply } from './protocol'
import { type Answer, createSupervisor } from './supervisor'
import { claimAccelerator, releaseAccelerator, startThreadLane } from './thread-lane'
import type { Engine, EngineOptions, Feed, Fetch, Fetched, ModelInfo, RunResult, SessionOptions } from './types'

export const DEFAULTS = {
  device: 'auto',
  strict: false,
  isolation: 'process',
  memoryLimit: 0,
  idleRelease: 10 * 60_000,
} satisfies Partial<EngineOptions>

/** Makes an engine. Cheap: its lane starts with the first model. */
export function createEngine(options: Partial<EngineOptions> = {}): Engine {
  const { device, strict, isolation, memoryLimit, idleRelease, log = printLine } = { ...DEFAULTS, ...options }
  const owner = {}
  let threads: number | undefined
  let runs = 0
  let errors = 0

  const supervisor = createSupervisor({
    log,
    start(events) {
      const ownProcess = isolation === 'process'
      threads = takeCores(options.threads)
      const noAccelerator = ownProcess || device === 'cpu' ? null : claimAccelerator(owner)
      const settings: LaneSettings = { device, strict, memoryLimit, idleRelease, threads, noAccelerator, ownProcess }
      return { lane: ownProcess ? startProcessLane(events) : startThreadLane(events), settings }
    },
    stopped() {
      giveCores(threads ?? 0)
      threads = undefined
      releaseAccelerator(owner)
    },
  })

  async function ask(request: Request & { path: string }, blocks: Uint8Array[]): Promise<Answer> {
    try {
      return await supervisor.submit({ body: request, blocks }, request.path)
    } catch (error) {
      errors++
      throw error
    }
  }

  return {
    async load(path: string, options: SessionOptions = {}) {
      const { ok } = await ask({ op: 'load', path: resolve(path), options }, [])
      return ok as ModelInfo
    },
    async run<F extends Record<string, Fetch>>(
      path: string,
      feeds: Record<string, Feed>,
      fetches: F,
      options: SessionOptions = {},
    ) {
      const sent: Uint8Array[] = []
      const request: Request = { op: 'run', path: resolve(path), options, feeds: detach(feeds, sent), fetches }
      const { ok, blocks, wait } = await ask(request, sent)
      runs++
      const { outputs, device, attempts, ms } = ok as RunReply
      const attached = attach<Fetched>(outputs, blocks) as RunResult<F>['outputs']
      return { outputs: attached, device, attempts, ms: { wait, ...ms } }
    },
    async release(path: string) {
      await ask({ op: 'release', path: resolve(path) }, [])
    },
    close: supervisor.close,
    get state() {
      return { ...supervisor.state, threads, runs, errors }
    },
  }
}

function printLine(line: string): void {
  console.error(`[daisychain] ${line}`)
}
