import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { NodeAPI } from 'node-red'
import plugin from '../../plugins/daisychain'
import { _ } from '../nodes/english'
import { type FlowEntry, Red } from './support'

const tab = { id: 'tab', type: 'tab', label: 'test' }
const latent = { id: 'latent', type: 'daisychain-latent', z: 'tab', wires: [['chart']] }
const depth = { id: 'depth', type: 'daisychain-densedepth', z: 'tab', name: 'Depth: <b>near</b>', wires: [[]] }
const wrong: FlowEntry[] = [tab, { ...latent, wires: [['depth']] }, depth]
const right: FlowEntry[] = [tab, { ...latent, wires: [[]] }, depth]

describe('the plugin in a complete Node-RED', function () {
  this.timeout(30_000)
  let red: Red

  before(async () => {
    red = await Red.start(wrong)
  })
  after(() => red.stop())

  it('reports a wrong wire in the flows it starts with', async () => {
    const { msg } = await red.until('log', ({ msg }) => String(msg).startsWith('[daisychain]'))
    assert.match(msg, /“Depth: <b>near<\/b>” needs an? .*image, but “.+” gives a vector/)
  })

  it('keeps the list for editors that open later', async () => {
    const { data, retain } = await red.until('comms', ({ topic }) => topic === 'daisychain/problems')
    assert.equal(retain, true)
    assert.equal(data.problems.length, 1)
    assert.deepEqual([data.problems[0].from, data.problems[0].to], [{ id: 'latent', port: 0 }, { id: 'depth' }])
  })

  it('shows a notice without names or buttons that would need a click', async () => {
    const { payload, retain } = await red.until('runtime-event', ({ id }) => id === 'daisychain')
    assert.equal(retain, false)
    assert.equal(payload.type, 'warning')
    const { text, count, defaultValue } = payload
    assert.deepEqual([text, count], ['@daisychain/node-red-models/daisychain:runtime.wrongWires', 1])
    assert.match(defaultValue, /^One wire carries something the next node cannot use\. .*“Problems”/)
    assert.doesNotMatch(defaultValue, /[<>]|Depth/)
    assert.ok(payload.timeout > 0)
  })

  it('marks the receiving node', async () => {
    const { status } = await red.until('node-status', ({ id, status }) => id === 'depth' && status.shape === 'ring')
    assert.deepEqual(status, { fill: 'red', shape: 'ring', text: 'wrong type in msg.payload' })
  })

  it('withdraws everything when the wire is gone', async () => {
    await red.deploy(right, 'nodes')
    const { data } = await red.until('comms', ({ topic }) => topic === 'daisychain/problems')
    assert.deepEqual(data.problems, [])
    const notice = await red.until('runtime-event', ({ id }) => id === 'daisychain')
    assert.deepEqual(notice.payload, {})
    await red.until('node-status', ({ id, status }) => id === 'depth' && Object.keys(status).length === 0)
    assert.equal(
      red.seen.some(({ event, payload }) => event === 'log' && String(payload.msg).startsWith('[daisychain]')),
      false,
    )
  })

  it('serves the declarations', async () => {
    const answer = await fetch(`${red.url}/daisychain/declarations`)
    assert.equal(answer.status, 200)
    const declarations = (await answer.json()) as Record<string, { outputs: unknown[] }>
    assert.ok(declarations['daisychain-latent']?.outputs)
    assert.ok(declarations['ui-template']?.outputs)
    assert.deepEqual(await (await fetch(`${red.url}/daisychain/declarations/mistakes`)).json(), [])
  })
})

describe('the plugin behind a login', function () {
  this.timeout(30_000)

  it('serves the declarations only to users with read permission, and its health to all', async () => {
    const red = await Red.start([tab], { adminAuth: { type: 'credentials', users: [] } })
    try {
      for (const of of ['', '/mistakes'])
        assert.equal((await fetch(`${red.url}/daisychain/declarations${of}`)).status, 401)
      assert.equal((await fetch(`${red.url}/daisychain/health`)).status, 200)
    } finally {
      await red.stop()
    }
  })
})

describe('the plugin, removed and reinstalled', () => {
  it('leaves nothing behind', () => {
    const events = new EventEmitter()
    const red = runtime(events)
    const before = listeners(events)
    red.onadd()
    assert.notDeepEqual(listeners(events), before)
    events.emit('flows:started', { config: { flows: wrong } })
    assert.equal(red.lines.length, 1)
    red.onremove()
    assert.deepEqual(listeners(events), before)
    assert.deepEqual(red.published.at(-1), ['daisychain/problems', { problems: [] }, true])
    events.emit('flows:started', { config: { flows: wrong } })
    assert.equal(red.lines.length, 1)
    red.onadd()
    events.emit('flows:started', { config: { flows: wrong } })
    assert.equal(red.lines.length, 2)
    red.onremove()
  })

  it('checks flows that are already running', () => {
    const red = runtime(new EventEmitter(), wrong)
    red.onadd()
    assert.equal(red.lines.length, 1)
    red.onremove()
  })

  it('uses other plugins’ declarations, and reports invalid ones', () => {
    const events = new EventEmitter()
    const red = runtime(
      events,
      [],
      [
        { declarations: { 'their-source': { outputs: [{ payload: { type: 'text' } }], passes: false }, broken: 7 } },
        { declarations: 'nonsense' },
        {},
      ],
    )
    red.onadd()
    const flows = [{ id: 'a', type: 'their-source', z: 'tab', wires: [['depth']] }, tab, depth]
    events.emit('flows:started', { config: { flows } })
    const [broken, nonsense, none, problem, ...more] = red.lines
    assert.match(broken ?? '', /^\[daisychain\] A plugin: The declaration of “broken” is wrong: 7 must be an object\.$/)
    for (const line of [nonsense, none]) assert.match(line ?? '', /A plugin: The declarations must be an object/)
    assert.match(problem ?? '', /“Depth.*” needs .*, but “their-source” gives text/)
    assert.deepEqual(more, [])
    events.emit('flows:started', { config: { flows } })
    assert.equal(red.lines.length, 5, 'what is wrong with others is said once')
    red.onremove()
  })

  it('survives invalid flows', () => {
    const events = new EventEmitter()
    const red = runtime(events)
    red.onadd()
    for (const event of [undefined, {}, { config: {} }, { config: { flows: 'nonsense' } }])
      events.emit('flows:started', event)
    assert.deepEqual(red.lines, [])
    red.onremove()
  })
})

/** The parts of a runtime that the plugin uses, which record what it does with them. */
function runtime(events: EventEmitter, running: FlowEntry[] = [], declaring: object[] = []) {
  const lines: string[] = []
  const published: unknown[][] = []
  let hooks = { onadd() {}, onremove() {} }
  plugin({
    _,
    events,
    plugins: {
      registerPlugin: (_id: string, definition: typeof hooks) => {
        hooks = definition
      },
      getByType: () => declaring,
    },
    hooks: { add() {}, remove() {} },
    comms: { publish: (...args: unknown[]) => published.push(args) },
    log: { warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) },
    nodes: { eachNode: (visit: (node: FlowEntry) => void) => running.forEach(visit), getNode: () => null },
    settings: {},
    auth: { needsPermission: () => () => {} },
  } as unknown as NodeAPI)
  return { lines, published, onadd: () => hooks.onadd(), onremove: () => hooks.onremove() }
}

function listeners(events: EventEmitter): number[] {
  return ['flows:started', 'node-status'].map((event) => events.listenerCount(event))
}
