import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { metricsOf } from '../../nodes/shared/metrics'
import { createEngine, type EngineState, sharedEngines } from '../../src/engine'
import { findVariant, modelPath } from '../../src/models'
import type { Image } from '../../src/types'
import { startInferenceServer } from '../engine/inference-server'
import { FOREVER, pause, until } from '../engine/support'
import { fixture, paint } from '../models/support'
import { live, type Message, start, stop } from './support'

/** A device that no build of ONNX Runtime for this system supports. */
const FOREIGN = process.platform === 'win32' ? 'coreml' : 'directml'

const depth = fixture('depth')

const picture = paint(16, 12, (x, y) => [x * 10, y * 10, 99])

/**
 * One flow goes through everything that can happen to an engine. Each message must be delivered, fail with a
 * sentence, or be counted as discarded.
 */
describe('a flow survives', function () {
  this.timeout(240_000)
  afterEach(stop)

  /** An engine that no other test uses. */
  const engineNode = { id: 'e', type: 'daisychain-engine', device: FOREIGN, memory: 4321, timeLimit: 5, threads: 1 }
  /** @param server address of the inference server for the node `r` */
  const flowWith = (server: string) => [
    engineNode,
    { id: 's', type: 'daisychain-slow', engine: 'e', wires: [['d']] },
    { id: 'd', type: 'daisychain-depth', engine: 'e', wires: [['out']] },
    { id: 'l', type: 'daisychain-slow', engine: 'e', queue: 'latest', wires: [['out']] },
    { id: 'c', type: 'daisychain-depth', engine: 'e' },
    { id: 'far', type: 'daisychain-engine', server, served: 'depth' },
    { id: 'r', type: 'daisychain-depth', engine: 'far' },
  ]
  const engine = () =>
    sharedEngines().find(({ options }) => options.memoryLimit === 4321 * 2 ** 20)?.state as EngineState

  it('kills, hangs, lack of memory, a missing device, an unavailable server and a storm of deploys, all in one', async () => {
    let sent = 0
    const outcomes = new Map<number, string>()
    const listen = () => {
      const note = (what: (msg: Message) => string) => (msg: Message) => {
        assert.ok(!outcomes.has(msg.number as number), `message ${msg.number} ended twice`)
        outcomes.set(msg.number as number, what(msg))
      }
      live('out').on(
        'input',
        note(() => 'delivered'),
      )
      live('caught').on(
        'input',
        note((msg) => msg.error?.message ?? ''),
      )
    }
    const send = (id: string, more: { steps?: number; payload?: Image } = {}) => {
      live(id).receive({ payload: picture, steps: 1, ...more, number: sent })
      return sent++
    }
    const ended = (numbers: number[]) => until(() => numbers.every((number) => outcomes.has(number)))
    const many = (count: number, id = 's') => Array.from({ length: count }, () => send(id))
    const atWork = async () => {
      await until(() => engine().running && engine().loaded.length > 0)
      await pause(50)
    }
    const of = (numbers: number[]) => numbers.map((number) => outcomes.get(number) as string)

    const remote = createEngine({ device: 'cpu' })
    const serve = (port?: number) =>
      startInferenceServer(remote, modelPath(depth, findVariant(depth)), { name: 'depth', port })
    let server = await serve()
    const flow = flowWith(server.address)
    await start(flow)
    listen()

    // The requested device is missing: the CPU takes over, and the reason is kept.
    const first = many(3)
    await ended(first)
    assert.deepEqual(new Set(of(first)), new Set(['delivered']))
    assert.equal(metricsOf('s')?.attempts[0]?.device, FOREIGN)

    // Killed three times, during a run and with others waiting.
    for (let i = 0; i < 3; i++) {
      const victim = send('s', { steps: FOREVER })
      const waiting = many(4)
      await atWork()
      process.kill(engine().pid as number, 'SIGKILL')
      await ended([victim, ...waiting])
      assert.match(of([victim])[0] as string, /was killed \(SIGKILL.*send the message again\.$/)
      assert.deepEqual(new Set(of(waiting)), new Set(['delivered']))
    }

    // A run hangs: it is given up after the time limit.
    const hanging = send('s', { steps: FOREVER })
    const behind = many(4)
    await ended([hanging, ...behind])
    assert.match(of([hanging])[0] as string, /mini\.onnx of .*\(node “.*”\) produced no result within 5 seconds/)
    assert.deepEqual(new Set(of(behind)), new Set(['delivered']))

    // No memory is left for a large picture; small ones still work.
    if (process.platform === 'linux') {
      limitMemory(engine().pid as number, 60)
      const large = send('s', { payload: paint(3000, 3000, () => [1, 2, 3]) })
      const small = many(4)
      await ended([large, ...small])
      assert.match(of([large])[0] as string, /memory|The inference process/)
      assert.deepEqual(new Set(of(small)), new Set(['delivered']))
    }

    // Killed while several messages share a run: all of them are run again.
    const inCompany = () => metricsOf('c')?.batched as number
    // A new lane doesn't know yet whether batching pays off, so it tries. On a busy computer, the old lane
    // may have found that it doesn't.
    process.kill(engine().pid as number, 'SIGKILL')
    await until(() => engine().lane === 'idle')
    await ended(many(5, 'c'))
    const known = inCompany()
    const crowd = many(40, 'c')
    await until(() => inCompany() > known)
    process.kill(engine().pid as number, 'SIGKILL')
    await ended(crowd)
    const lost = of(crowd).filter((outcome) => outcome !== 'delivered')
    assert.ok(lost.length <= 1, lost.join('\n')) // one that ran alone may be lost
    for (const sentence of lost) assert.match(sentence, /was killed/)

    // Another node's inference server becomes unavailable, and comes back.
    const near = many(3, 'r')
    await ended(near)
    assert.deepEqual(of(near), ['delivered', 'delivered', 'delivered'])
    server.stop()
    const away = many(3, 'r')
    await ended(away)
    for (const sentence of of(away)) assert.match(sentence, /127\.0\.0\.1.*\.$/)
    server = await serve(Number(new URL(server.address).port))
    const back = many(3, 'r')
    await ended(back)
    assert.deepEqual(of(back), ['delivered', 'delivered', 'delivered'])
    server.stop()
    await remote.close()

    // A flood with "latest wins": all but a few are discarded, and counted.
    const flood = many(40, 'l')
    await until(() => {
      const { runs, errors, dropped } = metricsOf('l') as { runs: number; errors: number; dropped: number }
      return runs + errors + dropped === 40
    })
    const shown = flood.filter((number) => outcomes.get(number) === 'delivered').length
    assert.equal(shown + (metricsOf('l')?.dropped ?? 0), 40)

    // Many deploys during runs. The messages end in removed nodes, so use the node's own counts.
    const counted = () => {
      const { runs, errors, dropped } = metricsOf('s') as { runs: number; errors: number; dropped: number }
      return runs + errors + dropped
    }
    const before = counted()
    for (let i = 0; i < 12; i++) {
      for (let n = 0; n < 5; n++) send('s', { steps: 200 })
      await pause((i * 37) % 120)
      await stop()
      await start(flow)
    }
    await until(() => counted() === before + 60)

    // After all that, the flow still works.
    listen()
    const last = many(5)
    await ended(last)
    assert.deepEqual(new Set(of(last)), new Set(['delivered']))
    const { hangs, restarts, setAside } = engine()
    assert.deepEqual([hangs, setAside], [1, []])
    assert.ok(restarts >= 4)
  })
})

/** Lets a process use at most this many megabytes more than now. */
function limitMemory(pid: number, megabytes: number): void {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const used = 1024 * Number(/VmSize:\s+(\d+)/.exec(status)?.[1])
  execFileSync('prlimit', [`--as=${used + megabytes * 2 ** 20}`, '--pid', `${pid}`])
}
