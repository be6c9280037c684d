import assert from 'node:assert/strict'
import { chainIn, xmpIn } from '../../src/provenance'
import { eventually } from '../browser/support/eventually'
import { freePort } from '../browser/support/server'
import { type FlowEntry, Red } from '../plugins/support'

describe('results with a record of how they were made', function () {
  this.timeout(120_000)
  let red: Red
  let served: string
  const at = { z: 'tab', x: 1, y: 1 }
  const flow = (port: number) =>
    [
      { id: 'tab', type: 'tab', label: 'test' },
      {
        ...at,
        id: 'in',
        type: 'daisychain-serve-in',
        name: 'hidden-name.example:8080',
        where: 'port',
        port,
        path: '/hidden',
        wires: [['l']],
      },
      { ...at, id: 'l', type: 'daisychain-latent', wires: [['made']] },
      { ...at, id: 'made', type: 'daisychain-stylegan', name: 'Rooms', variant: 'mini', wires: [['labels']] },
      {
        ...{ ...at, id: 'labels', type: 'daisychain-deeplab', name: 'Labels', variant: 'mini' },
        wires: [['told']],
      },
      { ...at, id: 'told', type: 'daisychain-serve-out', provenance: true, wires: [] },
      { ...at, id: 'in2', type: 'daisychain-serve-in', where: 'port', port, path: '/open', wires: [['l2']] },
      { ...at, id: 'l2', type: 'daisychain-latent', wires: [['made2']] },
      { ...at, id: 'made2', type: 'daisychain-stylegan', variant: 'mini', wires: [['out2']] },
      { ...at, id: 'out2', type: 'daisychain-serve-out', wires: [] },
    ] as FlowEntry[]

  before(async () => {
    const port = await freePort()
    served = `http://127.0.0.1:${port}`
    red = await Red.start(flow(port))
    // The ports open after the flows have started.
    await eventually(async () => {
      for (const path of ['/hidden', '/open']) await fetch(`${served}${path}/healthcheck`)
    })
  })
  after(() => red.stop())

  const query = async (path: string, body: object) => {
    const answer = await fetch(`${served}${path}/query`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    })
    assert.equal(answer.status, 200, await answer.clone().text())
    return (await answer.json()) as Record<string, string>
  }
  const chainOf = (uri = '') => {
    const xmp = xmpIn(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'))
    assert.doesNotMatch(xmp ?? '', /hidden/)
    return xmp && JSON.parse(chainIn(xmp) ?? '')
  }

  it('are what serve out sends on request, also to the page; others have none', async () => {
    const answer = await query('/hidden', { truncation: 0.25 })
    const pictures = Object.values(answer).filter((value) => String(value).startsWith('data:image'))
    assert.ok(pictures.length > 0, Object.keys(answer).join())
    for (const picture of pictures) {
      const { options, models, flow } = chainOf(picture)
      assert.deepEqual(options.made, { truncation: 0.25 })
      assert.deepEqual(
        models.map(({ node }: { node: string }) => node),
        ['labels', 'made'],
      )
      assert.equal(flow.length, 5)
    }
    // The shared last result, which later visitors get.
    const shared = (await (await fetch(`${served}/hidden/data`)).json()) as Record<string, string>
    assert.ok(Object.values(shared).some((value) => String(value).startsWith('data:image') && chainOf(value)))
    for (const value of Object.values(await query('/open', { truncation: 0.25 }))) assert.equal(chainOf(value), null)
  })

  it('are what the viewer saves on request, after showing the record', async () => {
    const at = `${red.url}/daisychain/results/made`
    const { record, left } = await (await fetch(`${at}/provenance`)).json()
    assert.deepEqual(record.options.made, { truncation: 0.25 })
    assert.ok(Array.isArray(left))
    for (const format of ['png', 'jpeg']) {
      const bytes = async (more: string) =>
        Buffer.from(await (await fetch(`${at}/0/picture?format=${format}${more}`)).arrayBuffer())
      assert.equal(xmpIn(await bytes('')), null)
      assert.deepEqual(JSON.parse(chainIn(xmpIn(await bytes('&told=1')) ?? '') ?? ''), record)
    }
  })
})
