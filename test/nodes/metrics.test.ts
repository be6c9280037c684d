import assert from 'node:assert/strict'
import helper from 'node-red-node-test-helper'
import parse from 'parse-prometheus-text-format'
import { metricsOf, type NodeMetrics } from '../../nodes/shared/metrics'
import { sharedEngine } from '../../src/engine'
import { normals } from '../../src/random'
import { ask, live, next, refusal, start, statuses, stop } from './support'

const z = normals(1, 512)
const FOREIGN = process.platform === 'win32' ? 'coreml' : 'directml'

/** The Accept header that Prometheus 3 sends. */
const SCRAPER =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'

describe('metrics', () => {
  const engine = sharedEngine()
  before(() => new Promise<void>((resolve) => helper.startServer(resolve)))
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve))
    await engine.close()
  })
  afterEach(stop)

  const of = (id: string) => metricsOf(id) as NodeMetrics

  it('count runs, errors and where the time went', async () => {
    await start([{ id: 'counted', type: 'daisychain-bedroom', name: 'My room' }])
    assert.deepEqual([of('counted').runs, of('counted').device], [0, null])
    for (let i = 0; i < 3; i++) await ask('counted', { payload: z })
    await refusal('counted', { payload: 'no vector' })
    const { runs, errors, dropped, waiting, device, name, type, ms } = of('counted')
    assert.deepEqual({ runs, errors, dropped, waiting }, { runs: 3, errors: 1, dropped: 0, waiting: 0 })
    assert.deepEqual([device, name, type], ['cpu', 'My room', 'daisychain-bedroom'])
    for (const phase of Object.values(ms)) assert.ok(phase.p50 > 0 && phase.p95 >= phase.p50 && phase.sum >= phase.p95)
  })

  it('count discarded messages, and continue across a deploy', async () => {
    const flow = [{ id: 'dropping', type: 'daisychain-bedroom', queue: 'latest' }]
    await start(flow)
    const two = next(2)
    for (let i = 0; i < 6; i++) live('dropping').receive({ payload: z })
    await two
    await stop()
    await start(flow)
    assert.deepEqual([of('dropping').runs, of('dropping').dropped], [2, 4])
    await ask('dropping', { payload: z })
    assert.equal(of('dropping').runs, 3)
  })

  it('are shown in the status on request, with the devices skipped', async () => {
    await start([
      { id: 'e', type: 'daisychain-engine', device: FOREIGN },
      { id: 'shown', type: 'daisychain-bedroom', engine: 'e' },
    ])
    await ask('shown', { payload: z })
    const texts = statuses('shown')
    live('shown').receive({ control: 'status' })
    while (!texts.some((text) => /^1 run on cpu, 0 errors/.test(text))) await new Promise((go) => setTimeout(go, 20))
    assert.match(texts.at(-1) as string, new RegExp(`not ${FOREIGN}: `))
    assert.equal(of('shown').runs, 1)
  })

  it('are served as JSON, for all nodes or one', async () => {
    await start([{ id: 'served', type: 'daisychain-bedroom' }])
    await ask('served', { payload: z })
    const all = await helper.request().get('/daisychain/metrics').expect(200)
    assert.equal(all.body.nodes.find(({ id }: NodeMetrics) => id === 'served').runs, 1)
    assert.ok(all.body.engines.some(({ state }: { state: { runs: number } }) => state.runs > 0))
    const one = await helper.request().get('/daisychain/metrics?node=served').expect(200)
    assert.deepEqual(
      one.body.nodes.map(({ id }: NodeMetrics) => id),
      ['served'],
    )
    await helper.request().get('/daisychain/metrics?node=nobody').expect(404)
    await helper.request().get('/daisychain/metrics?format=poem').expect(400)
  })

  it('are served in Prometheus’ text format, whatever a node’s name', async () => {
    const name = 'say "hi"\\\nthere'
    await start([{ id: 'scraped', type: 'daisychain-bedroom', name }])
    for (let i = 0; i < 2; i++) await ask('scraped', { payload: z })
    for (const response of [
      await helper.request().get('/daisychain/metrics?format=prometheus').expect(200),
      await helper.request().get('/daisychain/metrics').set('Accept', SCRAPER).expect(200),
    ]) {
      assert.match(response.headers['content-type'] as string, /^text\/plain;.* version=0\.0\.4/)
      const families = new Map(parse(response.text).map((family) => [family.name, family]))
      const runs = families.get('daisychain_node_runs_total')
      assert.equal(runs?.type, 'COUNTER')
      const sample = runs?.metrics.find(({ labels }) => labels?.node === 'scraped')
      assert.deepEqual([sample?.value, sample?.labels?.name], ['2', name])
      const times = families.get('daisychain_node_duration_seconds')
      assert.equal(times?.type, 'SUMMARY')
      // The parser loses a summary's labels, so read its lines directly.
      const line =
        /^daisychain_node_duration_seconds(_sum|_count)?\{node="scraped",.*,phase="(\w+)"(?:,quantile="(.*)")?\} (.*)$/gm
      const found = [...response.text.matchAll(line)]
      const wanted = ['wait', 'pre', 'run', 'post'].flatMap((phase) =>
        [',0.5', ',0.95', '_sum,', '_count,'].map((kind) => `${phase} ${kind}`),
      )
      assert.deepEqual(
        found.map(([, suffix = '', phase, quantile = '']) => `${phase} ${suffix},${quantile}`),
        wanted,
      )
      for (const [, suffix, , , value] of found) assert.ok(suffix === '_count' ? value === '2' : Number(value) > 0)
      for (const family of families.keys()) assert.match(family, /^daisychain_(node|engine|pictures)_[a-z_]+$/)
    }
  })
})
