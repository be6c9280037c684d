import assert from 'node:assert/strict'
import { mock } from 'node:test'
import type { Lane, LaneEvents } from '../../src/engine/lane'
import type { LaneSettings, Packet, Request, RunReply } from '../../src/engine/protocol'
import { createStarts, type Starts } from '../../src/engine/starts'
import { createSupervisor } from '../../src/engine/supervisor'
import { until } from './support'

const settings = {} as LaneSettings
const run = (path = '/m.onnx'): [Packet<Request>, string] => [
  { body: { op: 'run', path, options: {}, runs: [{ feeds: {}, fetches: {} }] }, blocks: [] },
  path,
]

/** A supervisor whose lanes are played by the test. */
function play(more: { refuseStart?: () => boolean; closeLimit?: number; starts?: Starts; slow?: boolean } = {}) {
  const lanes: { events: LaneEvents; got: Request[] }[] = []
  let stopped = 0
  const supervisor = createSupervisor({
    log() {},
    closeLimit: more.closeLimit,
    starts: more.starts,
    stopped: () => stopped++,
    start(events) {
      if (more.refuseStart?.()) throw new Error('no more processes')
      const got: Request[] = []
      lanes.push({ events, got })
      const lane: Lane = {
        pid: lanes.length,
        hold() {},
        kill: () => events.ended('was killed (SIGKILL)', false),
        send: ({ body }) => {
          got.push(body)
          if (body.op === 'start' && !more.slow) queueMicrotask(() => events.reply({ body: { ok: null }, blocks: [] }))
          if (body.op === 'close') queueMicrotask(() => events.ended('ended', false))
        },
      }
      return { lane, settings }
    },
  })
  const last = () => lanes.at(-1) as (typeof lanes)[0]
  const answer = () => last().events.reply({ body: { ok: null }, blocks: [] })
  const got = (op: Request['op']) => last()?.got.filter((request) => request.op === op).length
  return { supervisor, lanes, last, answer, got, stopped: () => stopped }
}

type Played = ReturnType<typeof play>

describe('engine/supervisor', () => {
  it('gives the lane one request at a time', async () => {
    const { supervisor, answer, got } = play()
    const answers = [supervisor.submit(...run()), supervisor.submit(...run())]
    await until(() => got('run') === 1)
    await new Promise(setImmediate)
    assert.equal(got('run'), 1)
    assert.equal(supervisor.state.waiting, 1)
    answer()
    await answers[0]
    assert.equal(got('run'), 2)
    answer()
    await answers[1]
  })

  it('lets callers take turns, with each one’s requests in order', async () => {
    const { supervisor, answer, last } = play()
    const submit = (caller: string, name: string) => supervisor.submit(...run(`/${caller}${name}`), { caller })
    const all = [
      ...['1', '2', '3', '4'].map((name) => submit('a', name)),
      submit('b', '1'),
      submit('b', '2'),
      submit('c', '1'),
    ]
    for (let i = 1; i <= all.length; i++) {
      await until(() => ran().length === i)
      answer()
    }
    await Promise.all(all)
    assert.deepEqual(ran(), ['/a1', '/a2', '/b1', '/c1', '/a3', '/b2', '/a4'])

    function ran() {
      return (last()?.got ?? []).flatMap((request) => (request.op === 'run' ? [request.path] : []))
    }
  })

  it('ends a hanging lane, which doesn’t count against the model', async () => {
    const { supervisor, lanes } = play()
    const hang = () => supervisor.submit(...run('/slow.onnx'), { timeLimit: 20, called: 'Slow (node “hall”)' })
    for (let i = 0; i < 4; i++)
      await assert.rejects(hang(), {
        code: 'time-limit',
        message: /^slow\.onnx of Slow \(node “hall”\) produced no result within 0\.02 seconds.* raise the time limit/,
      })
    assert.equal(lanes.length, 4)
    assert.deepEqual([supervisor.state.hangs, supervisor.state.setAside], [4, []])
  })

  it('sets a model aside that crashes three times, until a trial', async () => {
    const { supervisor, lanes, last, answer } = play()
    const real = performance.now
    let ahead = 0
    performance.now = () => real.call(performance) + ahead
    try {
      const submit = (path = '/bad.onnx') => supervisor.submit(...run(path), { called: 'Bad (node “hall”)' })
      const runs = () => lanes.flatMap(({ got }) => got).filter(({ op }) => op === 'run').length
      const begun = (before: number) => until(() => runs() > before)
      const die = async (how: string, crashed: boolean) => {
        const before = runs()
        const failing = submit()
        await begun(before)
        last().events.ended(how, crashed)
        const message = await failing.then(
          () => assert.fail(),
          (error: Error) => error.message,
        )
        await others() // a success resets the pause before a restart
        return message
      }
      const others = async () => {
        const before = runs()
        const other = submit('/good.onnx')
        await begun(before)
        answer()
        await other
      }
      // A lane that was killed, a crash for lack of memory, and a crash long ago don't count.
      for (let i = 0; i < 3; i++) await die('was killed (SIGKILL)', false)
      for (let i = 0; i < 2; i++) await die('crashed (SIGSEGV)', true)
      ahead += 6 * 60_000
      for (let i = 0; i < 2; i++) assert.match(await die('crashed (SIGSEGV)', true), /send the message again/)
      assert.deepEqual(supervisor.state.setAside, [])
      const third = await die('crashed (SIGSEGV)', true)
      assert.match(third, /while running bad\.onnx of Bad \(node “hall”\)\. This was the third time within minutes/)
      assert.deepEqual(supervisor.state.setAside, ['/bad.onnx'])
      await assert.rejects(submit(), {
        code: 'model-set-aside',
        message: /^bad\.onnx of Bad \(node “hall”\) is paused.* tried again with the first message after \d+ seconds/,
      })
      // If the trial run crashes too, the model is set aside again; if it succeeds, the model is usable
      // again.
      ahead += 61_000
      assert.match(await die('crashed (SIGSEGV)', true), /third time within minutes/)
      await assert.rejects(submit(), { code: 'model-set-aside' })
      ahead += 61_000
      const before = runs()
      const trial = submit()
      await begun(before)
      answer()
      await trial
      for (let i = 0; i < 2; i++) assert.match(await die('crashed (SIGSEGV)', true), /send the message again/)
      assert.deepEqual(supervisor.state.setAside, [])
    } finally {
      performance.now = real
    }
  })

  it('gives the run its whole time after the model has loaded', async () => {
    const { supervisor, last, answer, got } = play()
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      const slow = supervisor.submit(...run(), { timeLimit: 1000 })
      while (got('run') < 1) await new Promise(setImmediate)
      for (let i = 0; i < 3; i++) {
        mock.timers.tick(900)
        last().events.loaded([])
      }
      answer()
      await slow
      assert.equal(supervisor.state.hangs, 0)
      const late = supervisor.submit(...run(), { timeLimit: 1000 })
      while (got('run') < 2) await new Promise(setImmediate)
      mock.timers.tick(1001)
      await assert.rejects(late, { code: 'time-limit' })
    } finally {
      mock.timers.reset()
    }
  })

  describe('with runs that may be batched', () => {
    /** Eight submitted runs, of which the first four have run alone. */
    async function submitted() {
      const played = play()
      const { supervisor, last } = played
      const order: number[] = []
      const submit = (number: number, caller = 'me') =>
        supervisor.submit(...run(), { caller, batch: true }).then(
          (answer) => {
            order.push(number)
            return (answer.ok as RunReply).outputs
          },
          (error: Error) => {
            order.push(-number)
            throw error
          },
        )
      const runs = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => submit(number))
      for (const run of runs) run.catch(() => {})
      const sizes = () => (last()?.got ?? []).flatMap((got) => (got.op === 'run' ? [got.runs.length] : []))
      /** Makes the lane reply to the current run. */
      const reply = () => {
        const batch = sizes().at(-1) ?? 0
        const ms = { load: 0, pre: 0, run: batch, post: 0 }
        const outputs = Array.from({ length: batch }, (_, index) => ({ [`number ${index}`]: {} }))
        const ok = { outputs, batch, joinable: true, device: 'cpu', attempts: [], ms } as unknown as RunReply
        last().events.reply({ body: { ok }, blocks: [] })
      }
      for (let done = 0; done < 4; done++) {
        await until(() => sizes().length === done + 1)
        reply()
      }
      await until(() => sizes().length === 5)
      return { ...played, submit, runs, order, sizes, reply }
    }

    it('sends the lane one caller’s waiting runs in one request, and gives each its part of the reply', async () => {
      const { runs, sizes, reply, supervisor } = await submitted()
      assert.deepEqual([sizes(), supervisor.state.waiting], [[1, 1, 1, 1, 4], 0])
      reply()
      const [, , , , ...rest] = await Promise.all(runs)
      assert.deepEqual(
        rest.map((outputs) => outputs.flatMap(Object.keys)),
        [['number 0'], ['number 1'], ['number 2'], ['number 3']],
      )
    })

    it('does so only if no other caller is waiting', async () => {
      const { submit, sizes, reply, runs } = await submitted()
      const more = [9, 10, 11].map((number) => submit(number))
      const other = submit(12, 'you')
      reply()
      await until(() => sizes().length === 6)
      reply()
      await until(() => sizes().length === 7)
      reply()
      await until(() => sizes().length === 8)
      reply()
      await Promise.all([...runs, ...more, other])
      assert.deepEqual(sizes().slice(5), [1, 1, 2])
    })

    it('runs each alone, in order, if they failed together', async () => {
      const { last, sizes, reply, runs, order } = await submitted()
      last().events.reply({ body: { error: { code: 'memory', message: 'Too much.' } }, blocks: [] })
      for (let done = 6; done <= 9; done++) {
        await until(() => sizes().length === done)
        reply()
      }
      await Promise.all(runs)
      assert.deepEqual(
        [sizes().slice(5), order],
        [
          [1, 1, 1, 1],
          [1, 2, 3, 4, 5, 6, 7, 8],
        ],
      )
    })

    it('loses only the one that crashes the lane', async () => {
      const { last, lanes, sizes, reply, runs, supervisor } = await submitted()
      last().events.ended('crashed (SIGSEGV)', true)
      await until(() => lanes.length === 2 && sizes().length === 1)
      last().events.ended('crashed (SIGSEGV)', true) // number 5 crashes the lane
      for (let done = 1; done <= 3; done++) {
        await until(() => lanes.length === 3 && sizes().length === done)
        reply()
      }
      const ends = await Promise.allSettled(runs)
      assert.deepEqual(
        ends.flatMap(({ status }, index) => (status === 'rejected' ? [index + 1] : [])),
        [5],
      )
      assert.deepEqual(supervisor.state.setAside, [])
    })

    it('cancels all of them, and withdraws only those waiting', async () => {
      const { supervisor, runs, submit, lanes } = await submitted()
      const waiting = submit(9)
      supervisor.withdraw('me')
      await assert.rejects(waiting, { code: 'withdrawn' })
      assert.equal(lanes.length, 1)
      supervisor.cancel('me')
      for (const run of runs.slice(4)) await assert.rejects(run, { code: 'closed' })
    })
  })

  it('cancel affects only one caller', async () => {
    const { supervisor, lanes, answer, got } = play()
    const mine = [1, 2].map(() => supervisor.submit(...run(), { caller: 'me' }))
    const other = supervisor.submit(...run(), { caller: 'you' })
    await until(() => got('run') === 1)
    supervisor.cancel('nobody')
    assert.equal(lanes.length, 1)
    supervisor.cancel('me')
    await Promise.all(mine.map((run) => assert.rejects(run, { code: 'closed' })))
    await until(() => lanes.length === 2 && got('run') === 1)
    answer()
    await other
  })

  it('withdraws one job by its signal while it waits, but not once it is running', async () => {
    const { supervisor, answer, got } = play()
    const [atWork, waits] = [new AbortController(), new AbortController()]
    const first = supervisor.submit(...run(), { signal: atWork.signal })
    await until(() => got('run') === 1)
    const second = supervisor.submit(...run(), { signal: waits.signal })
    waits.abort()
    atWork.abort()
    await assert.rejects(second, { code: 'withdrawn' })
    await assert.rejects(supervisor.submit(...run(), { signal: waits.signal }), { code: 'withdrawn' })
    answer()
    await first
    assert.deepEqual([supervisor.state.waiting, supervisor.state.running], [0, false])
  })

  it('pauses between restarts if several lanes die in a row', async () => {
    const { supervisor, lanes, last, answer, got, stopped } = play()
    for (let i = 0; i < 2; i++) {
      const failing = supervisor.submit(...run(`/${i}.onnx`))
      await until(() => got('run') === 1)
      last().events.ended('crashed (SIGABRT)', true)
      await assert.rejects(failing, { code: 'lane-died' })
    }
    const kept = supervisor.submit(...run())
    assert.equal(supervisor.state.lane, 'waiting')
    assert.equal(lanes.length, 2)
    await until(() => lanes.length === 3 && got('run') === 1)
    answer()
    await kept
    assert.equal(stopped(), 2)
  })

  it('starts no more lanes at once than allowed, and loses nothing meanwhile', async () => {
    const starts = createStarts(2)
    const all = Array.from({ length: 5 }, () => play({ starts, slow: true, closeLimit: 1 }))
    const prepared = play({ starts, slow: true })
    const answers = all.map(({ supervisor }) => supervisor.submit(...run()))
    prepared.supervisor.prepare()
    const laneOf = ({ supervisor }: (typeof all)[0]) => supervisor.state.lane
    assert.deepEqual([...all, prepared].map(laneOf), ['starting', 'starting', ...Array(4).fill('waiting')])
    const late = prepared.supervisor.submit(...run())
    const [first, second, third, fourth, fifth] = all as [Played, Played, Played, Played, Played]
    first.answer() // the first lane has started
    assert.deepEqual(all.map(laneOf), ['ready', 'starting', 'starting', 'waiting', 'waiting'])
    second.last().events.ended('ended with code 1', true)
    await assert.rejects(answers[1] as Promise<unknown>, { code: 'lane-died' })
    assert.deepEqual(all.map(laneOf), ['ready', 'idle', 'starting', 'starting', 'waiting'])
    await Promise.all([fifth.supervisor.close(), assert.rejects(answers[4] as Promise<unknown>, { code: 'closed' })])
    for (const one of [third, fourth, prepared]) one.answer()
    for (const one of [first, third, fourth, prepared]) {
      await until(() => one.got('run') === 1)
      one.answer()
    }
    await Promise.all([answers[0], answers[2], answers[3], late])
    assert.equal(starts.isFull, false)
  })

  it('a lane that can’t start fails the run with the reason and doesn’t count against a model', async () => {
    let refuse = true
    const { supervisor, answer, got } = play({ refuseStart: () => refuse })
    for (let i = 0; i < 3; i++)
      await assert.rejects(supervisor.submit(...run()), /could not be started \(no more processes\)/)
    assert.deepEqual(supervisor.state.setAside, [])
    refuse = false
    const fine = supervisor.submit(...run())
    await until(() => got('run') === 1)
    answer()
    await fine
  })

  it('quotes the line that shows why a lane crashed', async () => {
    const { supervisor, last, got } = play()
    const failing = supervisor.submit(...run())
    await until(() => got('run') === 1)
    for (const line of ['hello', 'what():  Napi::Error', 'more', 'Node.js v20']) last().events.printed(line)
    last().events.ended('crashed (SIGABRT)', true)
    await assert.rejects(
      failing,
      /crashed \(SIGABRT\) while running m\.onnx\. It last said: "what\(\): {2}Napi::Error"/,
    )
  })

  it('close ends a hanging run after its limit', async () => {
    const { supervisor, got } = play({ closeLimit: 50 })
    const hanging = supervisor.submit(...run())
    const waiting = supervisor.submit(...run())
    await until(() => got('run') === 1)
    const closed = supervisor.close()
    await Promise.all([
      assert.rejects(hanging, { code: 'closed' }),
      assert.rejects(waiting, { code: 'closed' }),
      closed,
    ])
    assert.equal(supervisor.state.lane, 'closed')
  })

  it('close doesn’t wait for the pause after a crash', async () => {
    const { supervisor, last, answer, got, lanes } = play()
    for (let i = 0; i < 2; i++) {
      const failing = supervisor.submit(...run(`/${i}.onnx`))
      await until(() => got('run') === 1)
      last().events.ended('crashed', true)
      await assert.rejects(failing)
    }
    const kept = supervisor.submit(...run())
    const closed = supervisor.close()
    await until(() => lanes.length === 3 && got('run') === 1)
    answer()
    await Promise.all([kept, closed])
  })

  it('release without a lane doesn’t start one', async () => {
    const { supervisor, lanes } = play()
    await supervisor.submit({ body: { op: 'release', path: '/m.onnx' }, blocks: [] }, '/m.onnx')
    assert.equal(lanes.length, 0)
  })
})
