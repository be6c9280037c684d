import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import autocannon from 'autocannon'
import sharp from 'sharp'
import { type FlowEntry, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'

const flow = JSON.parse(readFileSync(join(packageFolder, 'examples/13 Pictures over HTTP.json'), 'utf8')) as FlowEntry[]

describe('the example "Pictures over HTTP"', function () {
  this.timeout(120_000)
  let server: Server
  let picture: Buffer
  before(async () => {
    server = await startNodeRed(nodeRed4(), flow)
    picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#88aacc' } })
      .jpeg()
      .toBuffer()
  })
  after(() => server?.stop())

  const post = (path: string, type: string, body: string | Buffer) =>
    fetch(`${server.url}/daisychain/${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })

  it('responds to a picture with its depth, in the same size', async () => {
    const answer = await post('depth', 'image/jpeg', picture)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    const { width, height, channels, format } = await sharp(await answer.arrayBuffer()).metadata()
    assert.deepEqual({ width, height, channels, format }, { width: 90, height: 60, channels: 1, format: 'png' })
  })

  it('accepts an uploaded file', async () => {
    const form = new FormData()
    form.set('picture', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'a "picture".jpg')
    const answer = await fetch(`${server.url}/daisychain/depth/upload`, { method: 'POST', body: form })
    assert.equal(answer.status, 200)
    assert.equal((await sharp(await answer.arrayBuffer()).metadata()).width, 90)
  })

  it('responds to a seed with a bedroom: the same for the same seed or vector', async () => {
    const room = async (options: object) => {
      const answer = await post('room', 'application/json', JSON.stringify(options))
      assert.equal(answer.status, 200, await answer.clone().text())
      assert.equal(answer.headers.get('content-type'), 'image/jpeg')
      return Buffer.from(await answer.arrayBuffer())
    }
    const [first, again, other, less] = [
      await room({ seed: 7 }),
      await room({ seed: 7 }),
      await room({ seed: 8 }),
      await room({ seed: 7, truncation: 0.1 }),
    ]
    assert.ok(first.equals(again))
    assert.equal(first.equals(other) || first.equals(less), false)
    const z = Array.from({ length: 512 }, (_, i) => Math.sin(i))
    assert.ok((await room({ z })).equals(await room({ z })))
  })

  for (const [what, path, type, body, sentence] of [
    ["a body that isn't a picture", 'depth', 'image/jpeg', Buffer.from('not a picture'), /picture|image/],
    ['an empty body', 'depth', 'image/jpeg', Buffer.alloc(0), /image/],
    ['a hostile SVG', 'depth', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script/>', /image/],
    ['a vector that is too short', 'room', 'application/json', '{"z":[1,2,3]}', /512 numbers/],
    ['a vector of words', 'room', 'application/json', '{"z":"x"}', /vector/],
    ['a truncation out of range', 'room', 'application/json', '{"truncation":7}', /from 0 to 1/],
  ] as const)
    it(`refuses ${what} with a sentence`, async () => {
      const answer = await post(path, type, body)
      const text = await answer.text()
      assert.equal(answer.status, 400, text)
      assert.match((JSON.parse(text) as { error: string }).error, sentence)
    })

  it('refuses a body that isn’t JSON', async () => {
    assert.equal((await post('room', 'application/json', '{"z":')).status, 400)
  })

  it('responds to too many requests with 503 and a time to retry, and to all others with pictures', async () => {
    const result = await autocannon({
      url: `${server.url}/daisychain/room`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"seed":1}',
      connections: 40,
      amount: 80,
      timeout: 60,
    })
    assert.equal(result.errors + result.timeouts, 0)
    const counts = Object.entries(result.statusCodeStats ?? {}).map(([status, { count = 0 }]) => ({ status, count }))
    assert.deepEqual(counts.map(({ status }) => status).sort(), ['200', '503'])
    assert.equal(
      counts.reduce((sum, { count }) => sum + count, 0),
      80,
      'every request is answered',
    )
    let retryAfter = ''
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        const answer = await post('room', 'application/json', '{"seed":1}')
        if (answer.status === 503) retryAfter = answer.headers.get('retry-after') ?? ''
        await answer.arrayBuffer()
      }),
    )
    assert.equal(retryAfter, '2')
    assert.equal((await post('room', 'application/json', '{"seed":1}')).status, 200, 'it works on afterwards')
  })

  it('isn’t affected by a client that leaves during a run', async () => {
    const leaving = new AbortController()
    const asked = fetch(`${server.url}/daisychain/room`, { method: 'POST', signal: leaving.signal })
    setTimeout(() => leaving.abort(), 20)
    await asked.catch(() => {}) // a fast computer may already have answered
    assert.equal((await post('room', 'application/json', '{}')).status, 200)
  })
})
