import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { freePort } from '../browser/support/server'

const root = join(__dirname, '../../..')
const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(
    ({ name }) => JSON.parse(readFileSync(join(root, 'examples', name), 'utf8')) as { type: string; label?: string }[],
  )

/** Runs what `npm start` runs, in a separate directory. */
describe('the local Node-RED', () => {
  let home: string
  let server: ChildProcess
  let url: string
  let port: number

  async function startServer(): Promise<void> {
    server = spawn(process.execPath, [join(root, 'dist/scripts/start.js')], {
      env: { ...process.env, PORT: String(port), NODE_RED_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    url = await new Promise((resolve, reject) => {
      server.stdout?.on('data', (chunk) => {
        said += chunk
        const address = /open (http:\/\/127\.0\.0\.1:\d+) in/.exec(said)?.[1]
        if (address) resolve(address)
      })
      server.on('exit', (code) => reject(new Error(`It ended with ${code}: ${said}`)))
    })
    // One example listens for OSC on a fixed port, which may be in use.
    const lines = said
      .trim()
      .split('\n')
      .filter((line) => line && !/OSC cannot be received/.test(line))
    assert.equal(lines.length, 1, said)
  }

  async function stopServer(): Promise<void> {
    server.kill()
    await once(server, 'exit')
  }

  const getFlows = async () => (await (await fetch(`${url}/flows`)).json()) as { type: string; label?: string }[]

  before(async function () {
    this.timeout(180_000)
    home = mkdtempSync(join(tmpdir(), 'daisychain-home-'))
    port = await freePort()
    await startServer()
  })
  after(async () => {
    await stopServer()
    rmSync(home, { recursive: true })
  })

  it('has our nodes without errors, and the examples in its menu', async () => {
    const response = await fetch(`${url}/nodes`, { headers: { accept: 'application/json' } })
    const sets = (await response.json()) as { module: string; types: string[]; enabled: boolean; err?: string }[]
    const ours = sets.filter(({ module }) => module === '@daisychain/node-red-models')
    assert.deepEqual(
      ours.filter(({ err, enabled }) => err || !enabled),
      [],
    )
    const types = ours.flatMap((set) => set.types)
    for (const type of ['daisychain-engine', 'daisychain-latent', 'daisychain-densedepth'])
      assert.ok(types.includes(type))
    const menu = await (await fetch(`${url}/library/examples/flows/@daisychain/node-red-models/`)).text()
    assert.match(menu, /Imaginary bedrooms/)
  })

  it('serves the icon of every node', async () => {
    const html = await (await fetch(`${url}/nodes`, { headers: { accept: 'text/html' } })).text()
    const icons = [...html.matchAll(/icon: ?["'](daisychain-[^"']+\.svg)["']/g)].map((match) => match[1])
    assert.ok(icons.length >= 3)
    for (const icon of icons) {
      const response = await fetch(`${url}/icons/@daisychain/node-red-models/${icon}`)
      assert.equal(response.status, 200)
      assert.match(await response.text(), /viewBox="0 0 40 60"/, icon)
    }
  })

  it('opens the examples as tabs on the first start', async () => {
    const tabs = (await getFlows()).filter(({ type }) => type === 'tab').map(({ label }) => label)
    const wanted = examples.flat().flatMap(({ type, label }) => (type === 'tab' ? [label] : []))
    assert.deepEqual([...tabs].sort(), [...wanted].sort())
  })

  it('has the right port in examples that are queried over the network', async () => {
    const text = JSON.stringify(await getFlows())
    assert.match(text, new RegExp(`http://127\\.0\\.0\\.1:${port}/daisychain/bedrooms`))
    assert.doesNotMatch(text, /127\.0\.0\.1:1880/)
  })

  it('responds to an upload with a depth map, and to a damaged one with the sentence', async () => {
    await deploy([
      { id: 'tab', type: 'tab', label: 'depth' },
      node('h', 'http in', ['d'], { url: '/depth', method: 'post', upload: false }),
      node('d', 'daisychain-densedepth', ['r'], { format: 'png' }),
      node('r', 'http response', [], { statusCode: '', headers: { 'content-type': 'image/png' } }),
      node('c', 'catch', ['m'], { scope: null }),
      node('m', 'change', ['b'], { rules: [{ t: 'move', p: 'error.message', pt: 'msg', to: 'payload', tot: 'msg' }] }),
      node('b', 'http response', [], { statusCode: '400', headers: {} }),
    ])
    const sky = { create: { width: 333, height: 222, channels: 3 as const, background: '#7788cc' } }
    const jpeg = await sharp(sky).jpeg().toBuffer()
    const post = (body: Buffer) =>
      fetch(`${url}/depth`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: new Uint8Array(body) })

    // Node-RED confirms a deploy before its flows have started.
    let good = await post(jpeg)
    while (good.status === 404) good = await post(jpeg)
    assert.deepEqual([good.status, good.headers.get('content-type')], [200, 'image/png'])
    const { format, width, height } = await sharp(Buffer.from(await good.arrayBuffer())).metadata()
    assert.deepEqual([format, width, height], ['png', 333, 222])

    const bad = await post(jpeg.subarray(0, 300))
    assert.equal(bad.status, 400)
    assert.match(await bad.text(), /^DenseDepth's image .*\.$/)
    assert.equal((await post(jpeg)).status, 200)
  })

  it('keeps deployed flows when it starts again', async () => {
    await stopServer()
    await startServer()
    assert.deepEqual(
      (await getFlows()).filter(({ type }) => type === 'tab').map(({ label }) => label),
      ['depth'],
    )
  }).timeout(60_000)

  function node(id: string, type: string, wires: string[], settings: object) {
    return { id, type, z: 'tab', x: 1, y: 1, wires: [wires], ...settings }
  }

  async function deploy(flows: object[]): Promise<void> {
    const response = await fetch(`${url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-deployment-type': 'full' },
      body: JSON.stringify(flows),
    })
    assert.equal(response.status, 204)
  }
})
