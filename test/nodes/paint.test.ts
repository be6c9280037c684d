import assert from 'node:assert/strict'
import helper from 'node-red-node-test-helper'
import { node } from '../../nodes/paint/node'
import paintNode from '../../nodes/paint/paint'
import { blank, roomDrawing, storeDrawing } from '../../src/drawing'
import { checkFlow, type NodeDeclaration, readFlow } from '../../src/flow'
import { declarationOfNode } from '../../src/settings'
import { isSegmentation, Segmentation } from '../../src/types'
import { collect, startWith, until } from './pictures'
import { ask, live, refusal, statuses, stop } from './support'

const tiny = storeDrawing({
  ids: { ...blank(3, 2, 1), data: Uint16Array.of(0, 1, 1, 0, 0, 1) },
  labels: ['sky', 'sea'],
  colors: [
    [1, 2, 3],
    [4, 5, 6],
  ],
})

const start = (settings: object = {}) => startWith([paintNode], [{ id: 'n', type: 'daisychain-paint', ...settings }])

describe('daisychain-paint', () => {
  afterEach(stop)

  it('sends a room if nothing has been drawn yet, for any message', async () => {
    await start()
    const [where, { payload, topic }] = await ask('n', { payload: 'go', topic: 't' })
    assert.equal(where, 'out')
    assert.ok(isSegmentation(payload) && payload.data instanceof Uint8Array)
    const { ids, labels } = roomDrawing()
    assert.deepEqual([payload.width, payload.height, [...payload.labels], topic], [128, 128, labels, 't'])
    assert.deepEqual([...payload.data], [...ids.data])
  })

  it('sends the drawing, with names and colours', async () => {
    await start(tiny)
    const texts = statuses('n')
    const { payload } = (await ask('n', {}))[1] as unknown as { payload: Segmentation }
    assert.deepEqual([...payload.data], [0, 1, 1, 0, 0, 1])
    assert.deepEqual([...payload.labels], ['sky', 'sea'])
    assert.deepEqual(payload.colors, [
      [1, 2, 3],
      [4, 5, 6],
    ])
    assert.deepEqual(texts, ['3×2, 2 labels'])
  })

  for (const [what, settings, sentence] of [
    ['no drawing', { ...tiny, map: 'nonsense' }, /drawing.*cannot be read.*open the node/],
    ['a number', { ...tiny, map: 42 }, /cannot be read/],
    ['half a drawing', { ...tiny, map: '128x128 BA==' }, /its end is missing/],
    ['a huge size', { ...tiny, map: '99999x99999 BA==' }, /99999×99999.*1024/],
    ['more labels than names', { ...tiny, labels: ['sky'] }, /label number 2.*only 1/],
    ['no names', { map: tiny.map }, /names.*are missing/],
    ['names that are none', { ...tiny, labels: 'sky' }, /names.*are missing/],
  ] as const) {
    it(`refuses ${what} with a sentence`, async () => {
      await start(settings)
      assert.match(await refusal('n', { payload: 1 }), sentence)
    })
  }

  it('declares the labels that it sends', () => {
    const wants = (labels: readonly string[]): NodeDeclaration => ({
      inputs: { payload: { type: { type: 'segmentation', labels: [...labels] } } },
    })
    const { labels } = roomDrawing()
    const declarations = new Map([
      [node.type, declarationOfNode(node)],
      ['room', wants(labels)],
      ['seas', wants(['sky', 'sea'])],
    ] as [string, NodeDeclaration][])
    const verdicts = (settings: object) => {
      const made = (id: string, type: string, more: object = {}) => ({ id, type, z: 't', wires: [], ...more })
      const paint = made('n', 'daisychain-paint', { ...settings, wires: [['a', 'b']] })
      const flow = readFlow([{ id: 't', type: 'tab' }, paint, made('a', 'room'), made('b', 'seas')])
      return checkFlow(flow, declarations).wires.map(({ verdict }) => verdict)
    }
    assert.deepEqual(verdicts({}), ['match', 'mismatch'])
    assert.deepEqual(verdicts({ map: '', labels: [], colors: [] }), ['match', 'mismatch'])
    assert.deepEqual(verdicts(tiny), ['mismatch', 'match'])
  })

  it('is sent by its button and while drawing, and offers the received map', async () => {
    await new Promise<void>((resolve) => helper.startServer(resolve))
    try {
      await start(tiny)
      const messages = collect('out')
      const request = helper.request()
      await request.post('/daisychain-paint/n').expect(204)
      const first = await until(() => messages[0])
      assert.equal(String(first.payload), 'label map 3×2, 2 labels')

      const { ids, labels, colors } = roomDrawing()
      await request.post('/daisychain-paint/n').send(storeDrawing({ ids, labels, colors })).expect(204)
      const second = await until(() => messages[1])
      assert.equal(String(second.payload), 'label map 128×128, 12 labels')
      await request.post('/daisychain-paint/n').expect(204)
      assert.equal(String((await until(() => messages[2])).payload), String(first.payload), 'nothing of it is kept')

      const bad = await request
        .post('/daisychain-paint/n')
        .send({ map: 'x', labels: ['a'] })
        .expect(400)
      assert.match((bad.body as { message: string }).message, /cannot be read/)
      await request.post('/daisychain-paint/nobody').expect(404)
      await request.post('/daisychain-paint/out').expect(404)

      await request.get('/daisychain-paint/n/arrived?width=4&height=2').expect(204)
      const map = new Segmentation({ width: 2, height: 1, data: Uint8Array.of(0, 1), labels: ['x', 'y'] })
      live('n').receive({ payload: map })
      await until(() => messages[3])
      await request.get('/daisychain-paint/n/arrived?width=0&height=2').expect(400)
      const { body } = await request.get('/daisychain-paint/n/arrived?width=4&height=2').expect(200)
      const arrived = { ids: { ...blank(4, 2), data: Uint16Array.of(0, 0, 1, 1, 0, 0, 1, 1) }, labels: ['x', 'y'] }
      assert.equal((body as { map: string }).map, storeDrawing({ ...arrived, colors: [] }).map)
      assert.deepEqual((body as { labels: string[] }).labels, ['x', 'y'])
    } finally {
      await stop()
      await new Promise<void>((resolve) => helper.stopServer(resolve))
    }
  })
})
