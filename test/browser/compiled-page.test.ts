// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page have no types here
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { chainBetween } from '../../src/compile/chain'
import { runChain } from '../../src/compile/flow-side'
import { TOLERANCE } from '../../src/compile/prove'
import { roomDrawing } from '../../src/drawing'
import { createEngine } from '../../src/engine'
import { readFlow } from '../../src/flow'
import { decodeImage } from '../../src/images'
import { planeThrough, pointOf, randomPoint, spaceOf } from '../../src/latent'
import { type Image, Segmentation } from '../../src/types'
import { run } from '../cli/run'
import { models } from '../compile/support'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'

const root = join(__dirname, '../../..')
const bedrooms = join(root, 'examples/01 Imaginary bedrooms.json')

/** As any static server, without special headers. */
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

describe('a chain compiled for the web', function () {
  this.timeout(240_000)
  const engine = createEngine({ device: 'cpu' })
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-web-'))
  let browser: Borrowed
  let server: Server
  let page: Page
  const errors: string[] = []

  before(async function () {
    if (noChromium) this.skip()
    browser = await borrowBrowser()
    server = createServer(({ url = '' }, response) => {
      const name = url.endsWith('/') ? `${url}index.html` : url
      try {
        const bytes = readFileSync(join(folder, name))
        response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(bytes)
      } catch {
        response.writeHead(404).end()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    page = await browser.newPage({ locale: 'de' })
    page.setDefaultTimeout(60_000)
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  after(async () => {
    await Promise.all([engine.close(), browser?.close(), server && new Promise((done) => server.close(done))])
    rmSync(folder, { recursive: true, force: true })
  })

  async function compiled(flows: string, from: string, to: string, name: string): Promise<void> {
    const args = ['compile', flows, '--from', from, '--to', to, '--out', join(folder, name), '--as', 'web']
    const { code, error } = await run(args)
    assert.equal(code, 0, error)
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/web/`)
  }

  /** Presses the button and gives the picture that appears. */
  async function made(): Promise<Image> {
    await page.getByRole('button', { name: 'Los' }).click()
    const shown = page.locator('.card .made img').first()
    await shown.waitFor()
    const address = (await shown.getAttribute('src')) as string
    return decodeImage(Buffer.from(address.replace(/^.*?,/, ''), 'base64'))
  }

  it('gives for “Imaginary bedrooms” what the flow gives, from the page in its visitor’s language', async () => {
    const graph = readFlow(readFileSync(bedrooms, 'utf8'))
    const find = (type: string) => [...graph.ids()].find((id) => graph.node(id)?.type === type) as string
    const [from, to] = [find('daisychain-stylegan'), find('daisychain-densedepth')]
    await compiled(bedrooms, from, to, 'bedrooms')
    assert.equal(await page.locator('h1').textContent(), 'StyleGAN → DenseDepth')
    await page
      .getByLabel(/Startwert|Seed/)
      .first()
      .fill('42')
    const picture = await made()
    if (process.env.DAISYCHAIN_SCREENSHOTS)
      await page.screenshot({ path: join(root, 'test-results', 'compiled page.png') })

    const { links } = chainBetween(graph, from, to, models)
    const space = spaceOf({ length: 512 })
    const z = pointOf(planeThrough(randomPoint(42, space), 42, space), 0, 0, space)
    const truncation = Number(await page.getByRole('spinbutton').inputValue())
    const given = new Map<string, unknown>([
      ['payload', Float32Array.from(z)],
      ['truncation', truncation],
    ])
    const depth = (await runChain(links, given, engine)).depth_image as Image
    const [black, white] = depth.range as [number, number]
    assert.deepEqual([picture.width, picture.height], [depth.width, depth.height])
    let [most, sum] = [0, 0]
    for (let i = 0; i < depth.data.length; i++) {
      const wanted = Math.min(1, Math.max(0, ((depth.data[i] as number) - black) / (white - black)))
      const apart = Math.abs(wanted - (picture.data[i * picture.channels] as number) / 255)
      most = Math.max(most, apart)
      sum += apart
    }
    // What is shown is rounded to a 255th.
    assert.ok(most <= TOLERANCE.floats.most + 1 / 510, `at most ${most} apart`)
    assert.ok(sum / depth.data.length <= TOLERANCE.floats.mean + 1 / 510, `${sum / depth.data.length} in the mean`)
    assert.deepEqual(errors, [])
  })

  it('takes pictures and drawn label maps, and shows label maps in their colours', async () => {
    const folders = mkdtempSync(join(folder, 'flows-'))
    const node = (id: string, type: string, wires: string[][] = [[]]) => ({ id, type, z: 't', wires })
    const flows = join(folders, 'flows.json')
    const nodes = [
      node('a', 'daisychain-spade', [['b']]),
      node('b', 'daisychain-deeplab'),
      node('c', 'daisychain-deeplab'),
    ]
    writeFileSync(flows, JSON.stringify([{ id: 't', type: 'tab' }, ...nodes]))
    const graph = readFlow(readFileSync(flows, 'utf8'))

    await compiled(flows, 'a', 'b', 'drawn')
    const drawn = roomDrawing()
    const style = pointOf(
      planeThrough(randomPoint(7, spaceOf({ length: 19 })), 7, spaceOf({ length: 19 })),
      0,
      0,
      spaceOf({ length: 19 }),
    )
    await page.getByLabel(/Seed/).first().fill('7')
    const map = new Segmentation({ ...drawn.ids, labels: drawn.labels })
    await same(
      graph,
      'a',
      'b',
      new Map<string, unknown>([
        ['payload', map],
        ['style', Float32Array.from(style)],
      ]),
    )

    await compiled(flows, 'c', 'c', 'given')
    const room = join(root, 'test/fixtures/room/room.png')
    await page.locator('input[type=file][accept="image/*"]').setInputFiles(room)
    await same(graph, 'c', 'c', new Map([['payload', await decodeImage({ path: room })]]))
    assert.deepEqual(errors, [])
  })

  /** Compares the label map that the page shows with the flow's, by the colours of its labels. */
  async function same(graph: ReturnType<typeof readFlow>, from: string, to: string, given: Map<string, unknown>) {
    const picture = await made()
    const { links } = chainBetween(graph, from, to, models)
    const { data, width, height, colors = [] } = (await runChain(links, given, engine)).image as Segmentation
    assert.deepEqual([picture.width, picture.height], [width, height])
    const isOther = (id: number, i: number) =>
      [0, 1, 2].some((channel) => picture.data[i * picture.channels + channel] !== colors[id]?.[channel])
    const others = Array.from(data).filter(isOther).length
    assert.ok(new Set(data).size > 3, 'a map of several labels')
    assert.ok(others <= TOLERANCE.labels * data.length, `${others} of ${data.length} pixels have another label`)
  }
})
