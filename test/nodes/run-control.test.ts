import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeAPI } from 'node-red'
import { createRunControl } from '../../nodes/models/run-control'
import { metricsOf, type NodeMetrics } from '../../nodes/shared/metrics'
import { sharedEngine } from '../../src/engine'
import { normals } from '../../src/random'
import { fixturesFolder, paint } from '../models/support'
import { temporaryFolder, until } from './pictures'
import { ask, live, next, refusal, start, statuses, stop } from './support'

const z = normals(1, 512)
const grey = paint(60, 40, () => [100])

describe('starting and stopping models', () => {
  // All tests of this file share one lane; each node releases its reference.
  const engine = sharedEngine()
  const loaded = () => engine.state.loaded.filter(({ path }) => path.startsWith(join(fixturesFolder, 'bedroom'))).length
  after(() => engine.close())
  afterEach(stop)

  it('unloads a stopped model, keeps messages, and runs them after the start', async () => {
    await start([{ id: 'keeps', type: 'daisychain-bedroom' }])
    const texts = statuses('keeps')
    await ask('keeps', { payload: z })
    assert.equal(loaded(), 1)
    live('keeps').receive({ control: 'stop' })
    await until(() => texts.includes('stopped'))
    await until(() => loaded() === 0)
    const arrived = next(2)
    live('keeps').receive({ payload: z, topic: 'first' })
    live('keeps').receive({ payload: z, topic: 'second' })
    await until(() => texts.includes('stopped, 2 waiting: press ▶'))
    assert.equal(loaded(), 0)
    live('keeps').receive({ control: 'start' })
    assert.deepEqual(
      (await arrived).map(([where, { topic }]) => `${where} ${topic}`),
      ['out first', 'out second'],
    )
  })

  it('takes back runs that the model hasn’t started, and runs them after the start, in order', async () => {
    await start([{ id: 'back', type: 'daisychain-slow' }])
    await ask('back', { payload: grey, steps: 0 })
    const came: unknown[] = []
    live('out').on('input', ({ topic }) => came.push(topic))
    for (let topic = 0; topic < 6; topic++) live('back').receive({ payload: grey, steps: 300, topic })
    await until(() => engine.state.running && engine.state.waiting > 0)
    const texts = statuses('back')
    live('back').receive({ control: 'stop' })
    await until(() => came.length === 1 && texts.includes('stopped, 5 waiting: press ▶'))
    await until(() => !engine.state.running)
    live('back').receive({ control: 'start' })
    await until(() => came.length === 6)
    assert.deepEqual(came, [0, 1, 2, 3, 4, 5])
    const { runs, errors, dropped } = metricsOf('back') as NodeMetrics
    assert.deepEqual({ runs, errors, dropped }, { runs: 7, errors: 0, dropped: 0 })
  })

  it('counts them as discarded if it is redeployed', async () => {
    await start([{ id: 'again', type: 'daisychain-slow' }])
    await ask('again', { payload: grey, steps: 0 })
    for (let i = 0; i < 6; i++) live('again').receive({ payload: grey, steps: 300 })
    await until(() => engine.state.running && engine.state.waiting > 0)
    await stop()
    const { runs, errors, dropped } = metricsOf('again') as NodeMetrics
    assert.deepEqual({ runs, errors, dropped }, { runs: 2, errors: 0, dropped: 5 })
  })

  it('refuses messages if set to', async () => {
    await start([{ id: 'refuses', type: 'daisychain-bedroom', whileStopped: 'refuse' }])
    live('refuses').receive({ control: 'stop' })
    assert.match(await refusal('refuses', { payload: z }), /^This node is stopped, so the message was rejected: press/)
    live('refuses').receive({ control: 'start' })
    assert.equal((await ask('refuses', { payload: z }))[0], 'out')
  })

  it('runs only the newest of the kept messages if only the latest is needed', async () => {
    await start([{ id: 'latest', type: 'daisychain-bedroom', queue: 'latest' }])
    live('latest').receive({ control: 'stop' })
    const arrived = next(1)
    for (const topic of ['old', 'older', 'newest']) live('latest').receive({ payload: z, topic })
    live('latest').receive({ control: 'start' })
    assert.equal((await arrived)[0]?.[1].topic, 'newest')
  })

  it('loads and tries a model before the first message if set to, once for all nodes', async () => {
    for (const { path } of engine.state.loaded) await engine.release(path)
    const { runs } = engine.state
    await start([
      { id: 'warm', type: 'daisychain-bedroom', loadAtDeploy: true },
      { id: 'too', type: 'daisychain-bedroom', loadAtDeploy: true },
      { id: 'cold', type: 'daisychain-depth' },
      { id: 'none', type: 'daisychain-bedroom', variant: 'absent', loadAtDeploy: true },
    ])
    await until(() => engine.state.runs > runs && loaded() === 1)
    const texts = statuses('warm')
    assert.equal((await ask('warm', { payload: z }))[0], 'out')
    assert.equal((await ask('too', { payload: z }))[0], 'out')
    assert.deepEqual([engine.state.runs - runs, texts.some((text) => /^loading/.test(text))], [3, false])
    live('warm').receive({ control: 'stop' })
    live('too').receive({ control: 'stop' })
    await until(() => loaded() === 0)
    live('warm').receive({ control: 'start' })
    await until(() => engine.state.runs - runs === 4)
  })

  it('says which controls there are', async () => {
    await start([{ id: 'asked', type: 'daisychain-bedroom' }])
    assert.equal(
      await refusal('asked', { control: 'explode' }),
      'control is "explode", but must be start, stop or status.',
    )
  })

  it('doesn’t unload a model that another node uses', async () => {
    await start([
      { id: 'one', type: 'daisychain-bedroom' },
      { id: 'two', type: 'daisychain-bedroom' },
    ])
    await ask('one', { payload: z })
    await ask('two', { payload: z })
    const texts = statuses('one')
    live('one').receive({ control: 'stop' })
    await until(() => texts.includes('stopped'))
    assert.equal((await ask('two', { payload: z }))[0], 'out')
    assert.equal(loaded(), 1)
    live('two').receive({ control: 'stop' })
    await until(() => loaded() === 0)
  })

  it('unloads an idle model, and loads it again', async () => {
    await start([{ id: 'idle', type: 'daisychain-bedroom', idle: '0.001' }])
    const texts = statuses('idle')
    await ask('idle', { payload: z })
    await until(() => texts.includes('unloaded'))
    assert.equal(loaded(), 0)
    assert.equal((await ask('idle', { payload: z }))[0], 'out')
  })

  it('starts stopped if set to', async () => {
    await start([{ id: 'begins', type: 'daisychain-bedroom', restart: 'stopped', whileStopped: 'refuse' }])
    assert.match(await refusal('begins', { payload: z }), /^This node is stopped/)
  })
})

describe('the stopped state', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  const offered: unknown[] = []
  const RED = {
    settings: { userDir: folder.path },
    comms: { publish: (_topic: string, data: unknown) => offered.push(data) },
  } as unknown as NodeAPI
  const warned: string[] = []
  const make = (id: string, restart: string) =>
    createRunControl(RED, id, { restart, changed() {}, warn: (sentence) => warned.push(sentence) })

  it('is kept across a deploy, and across a restart if set to', () => {
    for (const [restart, after] of [
      ['running', true],
      ['asLeft', false],
    ] as const) {
      const before = make(`a-${restart}`, restart)
      before.control('stop')
      before.close(false)
      assert.equal(make(`a-${restart}`, restart).isRunning, false, 'after a deploy')
      // A new process has only saved state. Loading the module again simulates one.
      const fresh = require.resolve('../../nodes/models/run-control')
      delete require.cache[fresh]
      const { createRunControl: restarted } = require(fresh) as { createRunControl: typeof createRunControl }
      assert.equal(
        restarted(RED, `a-${restart}`, { restart, changed() {}, warn: (sentence) => warned.push(sentence) }).isRunning,
        after,
        `${restart}: restart`,
      )
    }
  })

  it('isn’t lost silently if the disk is full', function () {
    const state = join(folder.path, 'daisychain', 'state')
    mkdirSync(state, { recursive: true })
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', state]).status !== 0) this.skip()
    try {
      const full = make('full', 'asLeft')
      writeFileSync(join(state, 'ballast'), Buffer.alloc(4096))
      full.control('stop')
      assert.equal(full.isRunning, false)
      assert.match(
        warned.join(),
        /^That this node was stopped cannot be remembered .*full\.json .* the disk is full\.$/,
      )
      assert.deepEqual(readdirSync(state), ['ballast'], 'nothing half stays')
    } finally {
      spawnSync('umount', [state])
    }
  })

  it('is deleted with the node', () => {
    const gone = make('b', 'asLeft')
    gone.control('stop')
    gone.close(true)
    assert.equal(make('b', 'asLeft').isRunning, true)
  })

  it('lets nobody wait for a node that closes', async () => {
    const closing = make('c', 'stopped')
    const waiting = closing.running()
    closing.close(false)
    assert.equal(await waiting, false)
  })
})
