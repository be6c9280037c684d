import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type FlowEntry, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'

const folder = join(packageFolder, 'examples')
const read = (number: string) => {
  const file = readdirSync(folder).find((name) => name.startsWith(`${number} `))
  return JSON.parse(readFileSync(join(folder, file as string), 'utf8')) as FlowEntry[]
}

describe('the installations among the examples', function () {
  this.timeout(180_000)
  const [mirror, wall, phones, walk] = ['24', '25', '26', '27'].map(read) as [
    FlowEntry[],
    FlowEntry[],
    FlowEntry[],
    FlowEntry[],
  ]
  const idOf = (flow: FlowEntry[], name: string) => flow.find((node) => (node.name || node.type) === name)?.id
  let server: Server
  before(async () => {
    // A slow walk leaves time for the other installations.
    const slower = walk.map((node) => (node.name === 'a slow walk' ? { ...node, rate: 1 } : node))
    server = await startNodeRed(nodeRed4(), [mirror, wall, phones, slower].flat())
  })
  after(() => server?.stop())

  /** Slow computers need a long time for four installations at once. */
  async function eventually(assertion: () => Promise<void>): Promise<void> {
    const limit = performance.now() + 160_000
    for (;;) {
      const wrong = await assertion().catch((error: Error) => error)
      if (!wrong) return
      if (performance.now() > limit) throw wrong
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  /** The last result, read as other programs would. */
  async function last(chain: string): Promise<string> {
    const answer = await fetch(`${server.url}/daisychain/${chain}/data`)
    const outputs = (await answer.json()) as Record<string, unknown>
    const value = Object.values(outputs).find((one) => typeof one === 'string')
    assert.ok(value, `${chain} has ${answer.status} ${JSON.stringify(outputs).slice(0, 200)}`)
    return value as string
  }
  const picture = async (chain: string) =>
    sharp(Buffer.from((await last(chain)).split(',')[1] as string, 'base64')).metadata()

  for (const [chain, says] of [
    ['mirror', /^data:image/],
    ['story', /^a \w+ bedroom/],
    ['story-picture', /^data:image/],
    ['drawing', /^data:image/],
    ['walk', /^data:image/],
  ] as const)
    it(`${chain} shows something with nobody touching it`, () =>
      eventually(async () => assert.match(await last(chain), says)))

  it('the mirror sketches people in front of the camera, and a room again when nobody is there', async () => {
    const camera = `${server.url}/daisychain-camera/${idOf(mirror, 'daisychain-camera')}`
    const { key } = (await (await fetch(`${camera}/key`, { method: 'POST' })).json()) as { key: string }
    const body = new Uint8Array(
      await sharp(join(packageFolder, 'test/fixtures/photos/cat.jpg')).resize(200, 150).jpeg().toBuffer(),
    )
    await eventually(async () => {
      await fetch(`${camera}/frame`, { method: 'POST', headers: { 'x-daisychain-key': key }, body })
      const { width, height } = await picture('mirror')
      assert.deepEqual([width, height], [200, 150])
    })
    await eventually(async () => assert.equal((await picture('mirror')).width, 128))
  })

  it('one phone draws, another chooses the light, and everyone sees both', async () => {
    const light = (style: number[]) =>
      fetch(`${server.url}/daisychain/light/query`, { method: 'POST', body: JSON.stringify({ style }) })
    const before = await last('drawing')
    assert.equal((await light(Array(19).fill(1.5))).status, 200)
    await eventually(async () => assert.notEqual(await last('drawing'), before))
    const lit = await last('drawing')
    const width = 64
    const map = await sharp({ create: { width, height: width, channels: 3, background: '#cc5973' } })
      .png()
      .toBuffer()
    const answer = await fetch(`${server.url}/daisychain/drawing/query`, {
      method: 'POST',
      body: JSON.stringify({ semantic_map: `data:image/png;base64,${map.toString('base64')}` }),
    })
    assert.equal(answer.status, 200, await answer.clone().text())
    await eventually(async () => {
      assert.notEqual(await last('light'), before)
      assert.notEqual(await last('light'), lit)
    })
  })

  it('each press of the button tells another story', async () => {
    const before = await last('story')
    await eventually(async () => {
      assert.equal((await fetch(`${server.url}/inject/${idOf(wall, 'A new story')}`, { method: 'POST' })).status, 200)
      assert.notEqual(await last('story'), before)
    })
  })

  it('the walk continues', async () => {
    const before = await last('walk')
    await eventually(async () => assert.notEqual(await last('walk'), before))
  })

  it('nothing goes wrong', () => assert.doesNotMatch(server.output(), /\[error\]/))
})
