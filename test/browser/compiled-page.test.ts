// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page have no types here
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { chainBetween } from '../../src/compile/chain'
import { runChain } from '../../src/compile/flow-side'
import { TOLERANCE } from '../../src/compile/prove'
import { roomDrawing } from '../../src/drawing'
import { createEngine } from '../../src/engine'
import { readFlow } from '../../src/flow'
import { decodeImage, encodeImage, resize } from '../../src/images'
import { planeThrough, pointOf, randomPoint, spaceOf } from '../../src/latent'
import { addExample, EXTRACTORS, emptyBook, featuresOfPicture, keptPath, writeBook } from '../../src/teach'
import { Image, isSegmentation, Segmentation } from '../../src/types'
import { run } from '../cli/run'
import { models } from '../compile/support'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'

const root = join(__dirname, '../../..')

/** Served as any static server would: without special headers. */
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

  async function compiled(flows: string, from: string, to: string, name: string, more: string[] = []): Promise<void> {
    const args = ['compile', flows, '--from', from, '--to', to, '--out', join(folder, name), '--as', 'web', ...more]
    const { code, error } = await run(args)
    assert.equal(code, 0, error)
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/web/`)
  }

  /** Presses the button and returns the picture that appears. */
  async function made(): Promise<Image> {
    await page.getByRole('button', { name: 'Los' }).click()
    const shown = page.locator('.card .made img').first()
    await shown.waitFor()
    const address = (await shown.getAttribute('src')) as string
    return decodeImage(Buffer.from(address.replace(/^.*?,/, ''), 'base64'))
  }

  const room = join(root, 'test/fixtures/room/room.png')
  const vector = (length: number, seed: number) => {
    const space = spaceOf({ length })
    return Float32Array.from(pointOf(planeThrough(randomPoint(seed, space), seed, space), 0, 0, space))
  }
  const seeded = async (seed: number) =>
    page
      .getByLabel(/Startwert|Seed/)
      .first()
      .fill(`${seed}`)
  const truncation = async () => Number(await page.getByRole('spinbutton').first().inputValue())

  /** A visitor's input on the page, and the same input as a message for the flow. */
  const cases: [
    example: string,
    from: string,
    to: string,
    title: string,
    give: () => Promise<Record<string, unknown>>,
  ][] = [
    [
      ...(['01 Imaginary bedrooms', 'daisychain-stylegan', 'daisychain-densedepth', 'StyleGAN → DenseDepth'] as const),
      async () => {
        await seeded(42)
        return { payload: vector(512, 42), truncation: await truncation() }
      },
    ],
    [
      ...([
        '03 Cut out and sketch',
        'daisychain-stylegan',
        'daisychain-photosketch',
        'StyleGAN → Mask R-CNN → PhotoSketch',
      ] as const),
      async () => {
        await seeded(3)
        return { payload: vector(512, 3), truncation: await truncation() }
      },
    ],
    [
      ...(['05 Infinite hallucination', 'daisychain-spade', 'daisychain-deeplab', 'SPADE → DeepLab'] as const),
      async () => {
        await seeded(7)
        const { ids, labels } = roomDrawing()
        return { payload: new Segmentation({ ...ids, labels }), style: vector(19, 7) }
      },
    ],
    [
      ...(['07 Camera to sketch', 'daisychain-camera', 'daisychain-photosketch', 'PhotoSketch'] as const),
      async () => {
        const photo = await resize(await decodeImage({ path: room }), 640, 480, 'cover')
        const file = { name: 'photo.png', mimeType: 'image/png', buffer: await encodeImage(photo, 'png') }
        await page.locator('input[type=file][accept="image/*"]').setInputFiles(file)
        return { payload: photo }
      },
    ],
    [
      ...(['10 What is where', 'daisychain-deeplab', 'daisychain-deeplab', 'DeepLab'] as const),
      async () => {
        await page.locator('input[type=file][accept="image/*"]').setInputFiles(room)
        return { payload: await decodeImage({ path: room }) }
      },
    ],
  ]
  for (const [example, fromType, toType, title, give] of cases)
    it(`gives for “${example.slice(3)}” what the flow gives, from the page in its visitor’s language`, async () => {
      const flows = join(root, `examples/${example}.json`)
      const graph = readFlow(readFileSync(flows, 'utf8'))
      const find = (type: string) => [...graph.ids()].find((id) => graph.node(id)?.type === type) as string
      const [from, to] = [find(fromType), find(toType)]
      await compiled(flows, from, to, example.slice(0, 2))
      assert.equal(await page.locator('h1').textContent(), title)
      assert.doesNotMatch(await page.locator('form').innerText(), /truncation|score|how far|semantic|input/i)
      const given = new Map(Object.entries(await give()))
      const picture = await made()
      if (process.env.DAISYCHAIN_SCREENSHOTS)
        await page.screenshot({ path: join(root, 'test-results', `compiled page ${example}.png`) })
      const [wanted] = Object.values(await runChain((await chainBetween(graph, from, to, models)).links, given, engine))
      compare(picture, wanted as Image | Segmentation)
      assert.deepEqual(errors, [])
    })

  it('classifies a picture as a node was taught, without Node-RED', async () => {
    const [red, blue] = ['rot „hell“', 'blau'] as const
    let book = emptyBook()
    for (let i = 0; i < 16; i++) {
      const features = await featuresOfPicture(engine, painted(i % 2 ? 220 : 20, i))
      book = addExample(book, 'picture', { meaning: i % 2 ? red : blue, features })
    }
    const path = keptPath(folder, 'taught')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, writeBook(book, EXTRACTORS))
    const flows = join(folder, 'taught.json')
    writeFileSync(flows, JSON.stringify([{ id: 'taught', type: 'daisychain-teach', name: 'Farben', wires: [[], []] }]))
    await compiled(flows, 'taught', 'taught', 'taught', ['--size', '160x120', '--userdir', folder])
    assert.equal(await page.locator('h1').textContent(), 'Farben')
    for (const [shade, name] of [
      [210, red],
      [30, blue],
    ] as const) {
      const buffer = await encodeImage(painted(shade, 40), 'png')
      await page
        .locator('input[type=file][accept="image/*"]')
        .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer })
      await page.getByRole('button', { name: 'Los' }).click()
      const card = page.locator('.card').first()
      await card.locator('.words').getByText(name, { exact: true }).waitFor()
      const rows = await card.locator('tbody tr').allInnerTexts()
      assert.equal(rows.length, 2)
      assert.match(rows[0] as string, new RegExp(`^${name}\\s+0\\.\\d+$`))
    }
    if (process.env.DAISYCHAIN_SCREENSHOTS)
      await page.screenshot({ path: join(root, 'test-results', 'compiled page taught.png') })
    assert.deepEqual(errors, [])
  })
})

/** A reddish or bluish picture with a shadow whose place depends on `seed`. */
function painted(red: number, seed: number): Image {
  const [width, height] = [160, 120]
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, channel] = [Math.floor(i / 3) % width, i % 3]
    const light = Math.abs(x - ((37 * seed) % width)) < 20 ? 0.6 : 1
    return light * ([red, 90, 240 - red][channel] as number)
  })
  return new Image({ width, height, channels: 3, data })
}

/**
 * Compares the page's picture with the flow's result: label maps by their labels' colours, pictures by their
 * grey levels.
 */
function compare(picture: Image, wanted: Image | Segmentation): void {
  const { width, height, data } = wanted
  assert.deepEqual([picture.width, picture.height], [width, height])
  const shown = (i: number, channel = 0) => picture.data[i * picture.channels + channel] as number
  if (isSegmentation(wanted)) {
    const { colors = [] } = wanted
    const isOther = (id: number, i: number) => [0, 1, 2].some((channel) => shown(i, channel) !== colors[id]?.[channel])
    const others = Array.from(data).filter(isOther).length
    assert.ok(new Set(data).size > 3, 'a map of several labels')
    assert.ok(others <= TOLERANCE.labels * data.length, `${others} of ${data.length} pixels have another label`)
    return
  }
  const isFloat = data instanceof Float32Array
  const { most, mean } = isFloat
    ? TOLERANCE.floats
    : { most: TOLERANCE.picture.most / 255, mean: TOLERANCE.picture.mean / 255 }
  const [black, white] = isFloat ? (wanted.range as [number, number]) : [0, 255]
  const grey = (i: number) =>
    Math.min(1, Math.max(0, ((data[i * wanted.channels] as number) - black) / (white - black)))
  const apart = Array.from({ length: width * height }, (_, i) => Math.abs(grey(i) - shown(i) / 255))
  // The page rounds each value to 1/255.
  const worst = apart.reduce((a, b) => Math.max(a, b))
  const average = apart.reduce((a, b) => a + b) / apart.length
  assert.ok(worst <= most + 1 / 510, `at most ${worst} apart`)
  assert.ok(average <= mean + 1 / 510, `${average} in the mean`)
  assert.ok(new Set(picture.data).size > 2, 'a picture of something')
}
