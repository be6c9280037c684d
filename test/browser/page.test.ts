import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import type { BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { carry } from '../../src/images'
import { chainIn, toXmp, xmpIn } from '../../src/provenance'
import { type Image, type PortType, Segmentation } from '../../src/types'
import { deferred, field, flat, look, type Served, serve, testModel } from '../serving/support'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { eventually } from './support/eventually'
import { everyInput, labels } from './support/every-input'

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true },
  desktop: { viewport: { width: 1920, height: 1080 } },
} satisfies Record<string, BrowserContextOptions>

const boxes: PortType = {
  type: 'array',
  itemType: { type: 'record', fields: { category: { type: 'text' }, score: { type: 'number' } } },
}
/** The input values with which the model last ran. */
interface Came {
  photo: Image
  map: Segmentation
  z: ArrayLike<number>
  points: { x: number; y: number; include: boolean }[]
  pictures: unknown[]
  [name: string]: unknown
}

const came = { values: {} as Record<string, unknown>, count: 0, gate: null as Promise<void> | null }
const everything = () =>
  testModel(
    everyInput,
    [
      field('picture', { type: 'image' }),
      field('labels', labels),
      field('story', { type: 'text' }),
      field('found', boxes),
      field('list', { type: 'vector' }),
    ],
    async (values, call) => {
      came.values = values
      came.count++
      if (values.prompt === 'fail') throw new Error('the model fell over: try another prompt')
      call.partial({ story: 'Once upon' }, 0.5)
      await came.gate
      const map = new Segmentation({
        width: 64,
        height: 48,
        data: new Uint8Array(64 * 48).fill(1),
        labels: labels.labels ?? [],
      })
      return {
        picture: flat(64, 48, [200, 30, 30]),
        labels: map,
        story: 'Once upon a time <b>there</b> was',
        found: [{ category: '<img src=x onerror=alert(1)>', score: 0.912345 }],
        list: [1, 2, 3],
      }
    },
    { places: 1 },
  )

describe('the page of a served chain', function () {
  this.timeout(90_000)
  let browser: Borrowed
  let model: ReturnType<typeof everything>
  let served: Served
  let photo: Buffer
  before(async function () {
    if (noChromium) this.skip()
    browser = await borrowBrowser()
    model = everything()
    served = await serve(model, {
      path: '/daisychain/all',
      look: look({ title: 'All of it', color: '#ffcc00' }),
      limit: 2 ** 24,
    })
    photo = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#2060a0' } })
      .jpeg()
      .toBuffer()
  })
  after(async () => {
    await browser?.close()
    await served?.close()
  })
  let page: Page
  const wrong: string[] = []
  async function open(size: keyof typeof SIZES, more: BrowserContextOptions = {}, url = served.url): Promise<Page> {
    const context = await browser.newContext({ ...SIZES[size], ...more })
    page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
    page.on('pageerror', (error) => wrong.push(error.message))
    await page.goto(url)
    return page
  }
  afterEach(async () => {
    came.gate = null
    await page?.context().close()
    assert.deepEqual(wrong.splice(0), [], 'the browser has nothing to complain about')
  })
  const picture = async (name: string) => {
    if (!process.env.DAISYCHAIN_SCREENSHOTS) return
    mkdirSync('test-results', { recursive: true })
    await page.screenshot({ path: `test-results/page ${name}.png`, fullPage: true })
  }
  /** The page's strict policy blocks added scripts, so add this one through the debugger. */
  async function violations(): Promise<string[]> {
    await page.evaluate(axe)
    // Sticky elements cover only what can be scrolled out from under them, so axe must not count them as
    // covering anything.
    const place = (position: string) =>
      page.evaluate(`for (const one of document.querySelectorAll('*'))
        if (one.style.position || getComputedStyle(one).position === 'sticky') one.style.position = '${position}'`)
    await place('static')
    const found = await page.evaluate<
      string[]
    >(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`)
    await place('')
    return found
  }
  const give = (name = 'cat.jpg') =>
    page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'image/jpeg', buffer: photo })
  const run = () => page.getByRole('button', { name: 'Run' }).click()

  it('runs a chain of every type and shows the results, in all sizes, accessibly', async () => {
    for (const size of ['phone', 'tablet', 'desktop'] as const) {
      await open(size, size === 'tablet' ? { colorScheme: 'dark' } : {})
      await give()
      assert.deepEqual(await violations(), [], `${size}, before`)
      const gate = deferred<void>()
      came.gate = gate.promise
      await run()
      await page.getByText('Once upon', { exact: true }).waitFor()
      await page.locator('.given img').first().waitFor()
      assert.equal(await page.locator('progress').getAttribute('value'), '0.5')
      gate.resolve()
      await page.getByText('Once upon a time <b>there</b> was').waitFor()
      assert.equal(await page.locator('.made figure img').count(), 2)
      assert.equal(await page.locator('td').first().textContent(), '<img src=x onerror=alert(1)>')
      assert.equal(await page.locator('td').nth(1).textContent(), '0.9123')
      assert.deepEqual(await violations(), [], `${size}, after`)
      assert.equal(
        await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
        true,
        `${size} is wide enough`,
      )
      await picture(size)
      if (size !== 'desktop') await page.context().close()
    }
    const { photo: sent, z, prompt, strength, style, ...rest } = came.values as Came
    assert.deepEqual([sent.width, sent.height], [300, 200])
    assert.equal(z.length, 8)
    assert.deepEqual([prompt, strength, style], ['a cat', 0.5, 'oil'])
    assert.deepEqual(Object.keys(rest), [], 'what nobody touched is left out')
  })

  it('takes clicks on the picture that they refer to', async () => {
    const pictures = ['style', 'room'].map((name) => field(name, { type: 'image' }))
    const two = testModel(
      [...pictures, field('click', { type: 'image_point' }, { on: 'room' })],
      [field('story', { type: 'text' })],
      () => ({ story: 'done' }),
    )
    const own = await serve(two, { path: '/daisychain/two', look: look() })
    try {
      await open('desktop', {}, own.url)
      const ground = page.locator('.points .ground')
      await give()
      await page.locator('.pictures img').first().waitFor()
      assert.equal(await ground.locator('img').getAttribute('src'), null)
      const files = page.locator('input[type=file]:not([webkitdirectory])')
      await files.nth(1).setInputFiles({ name: 'room.jpg', mimeType: 'image/jpeg', buffer: photo })
      await page.locator('.points .ground img[src]').waitFor()
      const shown = await page.locator('.pictures img').nth(1).getAttribute('src')
      assert.equal(await ground.locator('img').getAttribute('src'), shown)
    } finally {
      await own.close()
    }
  })

  it('sends what is drawn, clicked, chosen and moved, by pointer and by keyboard', async () => {
    await open('desktop')
    await give()
    const middle = async (selector: string, dx = 0.5, dy = 0.5) => {
      const target = page.locator(selector)
      await target.scrollIntoViewIfNeeded()
      const { x, y, width, height } = (await target.boundingBox()) as {
        x: number
        y: number
        width: number
        height: number
      }
      return [x + width * dx, y + height * dy] as const
    }
    // The first label is the background; the second one is chosen.
    await page.mouse.click(...(await middle('.daisychain-painter-sheet')))
    await page.getByRole('button', { name: 'Fill' }).click()
    await page.locator('.daisychain-painter-labels label', { hasText: 'sand' }).click()
    await page.mouse.click(...(await middle('.daisychain-painter-sheet', 0.05, 0.05)))
    await page.mouse.click(...(await middle('.points .ground >> nth=0', 0.25, 0.75)))
    await page.getByLabel('Leave out what I click on').first().check()
    await page.mouse.click(...(await middle('.points .ground >> nth=0', 0.5, 0.5)))
    await page.locator('.points .ground').nth(1).focus()
    for (const key of ['Enter', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Enter']) await page.keyboard.press(key)
    await page.getByLabel('Strength').fill('0.7')
    await page.getByLabel('Kind').selectOption('e')
    await page.getByText('ink').click()
    await page.getByText('Exact').click()
    await page.getByRole('textbox', { name: 'Vector: Seed' }).fill('7')
    await page.locator('.pad').first().focus()
    await page.keyboard.press('Shift+ArrowRight')
    await page
      .locator('input[type=file]')
      .nth(2)
      .setInputFiles([
        { name: '2.jpg', mimeType: 'image/jpeg', buffer: photo },
        { name: '10.jpg', mimeType: 'image/jpeg', buffer: photo },
      ])
    await run()
    await page.getByText('Once upon a time').waitFor()
    const { map, points, box, strength, kind, style, exact, z, pictures } = came.values as Came
    const ids = map.data
    assert.deepEqual([ids[24 * 64 + 32], ids[0], new Set(ids).size], [1, 2, 2])
    const rounded = points.map(({ x, y, include }) => [Math.round(x * 20) / 20, Math.round(y * 20) / 20, include])
    assert.deepEqual(rounded, [
      [0.25, 0.75, true],
      [0.5, 0.5, false],
    ])
    assert.deepEqual(box, [0.5, 0.5, 0.6, 0.6])
    assert.deepEqual([strength, kind, style, exact, pictures.length], [0.7, 'e', 'ink', true, 2])
    const first = Array.from(z)
    // The same seed at the same place gives the same point; another place gives another point.
    await run()
    await eventually(() => assert.deepEqual(Array.from(came.values.z as ArrayLike<number>), first))
    await page.locator('.pad').first().focus()
    await page.keyboard.press('Home')
    await run()
    await eventually(() => assert.notDeepEqual(Array.from(came.values.z as ArrayLike<number>), first))
  })

  it('accepts pictures by camera, paste and drop; several are a run each', async () => {
    await open('desktop', { permissions: ['camera'] })
    await page.getByRole('button', { name: 'Camera' }).first().click()
    await eventually(async () => assert.ok(await page.evaluate("document.querySelector('video')?.videoWidth > 0")))
    assert.deepEqual(await violations(), [])
    await page.getByRole('button', { name: 'Take the picture' }).click()
    await page.locator('.pictures img').waitFor()
    await run()
    await page.getByText('Once upon a time').waitFor()
    assert.ok((came.values.photo as Image).width >= 640)
    const transfer = (kind: string, count: number) =>
      page.evaluate(
        ([kind, bytes, count]) => {
          const data = new DataTransfer()
          for (let i = 0; i < Number(count); i++)
            data.items.add(new File([Uint8Array.from(bytes as number[])], `${i}.jpg`, { type: 'image/jpeg' }))
          const where = kind === 'drop' ? document.querySelector('.drop') : document.body
          const event =
            kind === 'drop'
              ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
              : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          where?.dispatchEvent(event)
        },
        [kind, [...photo], count] as const,
      )
    await transfer('drop', 3)
    await eventually(async () => assert.equal(await page.locator('.pictures').first().locator('img').count(), 3))
    const before = came.count
    await run()
    await eventually(() => assert.equal(came.count, before + 3))
    await eventually(async () => assert.equal(await page.locator('.card').count(), 4))
    await page.getByRole('button', { name: 'Remove' }).first().click()
    await transfer('paste', 1)
    await eventually(async () => assert.equal(await page.locator('.pictures').first().locator('img').count(), 1))
  })

  it('names files that neither the server nor the browser can read, and accepts the others', async () => {
    await open('desktop')
    const drop = (...files: [name: string, type: string, bytes: Buffer][]) =>
      page.evaluate(
        (files) => {
          const dataTransfer = new DataTransfer()
          for (const { name, type, bytes } of files)
            dataTransfer.items.add(new File([Uint8Array.from(bytes)], name, { type }))
          document
            .querySelector('.drop')
            ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
        },
        files.map(([name, type, bytes]) => ({ name, type, bytes: [...bytes] })),
      )
    const said = page.locator('.drop [role=status]').first()
    const shown = page.locator('.pictures').first().locator('img')
    const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(300, 7)])
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')

    await drop(['IMG_1.HEIC', '', heic])
    await said.filter({ hasText: /“IMG_1\.HEIC”.*Most Compatible/ }).waitFor()
    await picture('unread')
    assert.equal(await shown.count(), 0)
    await drop(['sent.jpg', 'image/jpeg', heic])
    await said.filter({ hasText: /“sent\.jpg”\. Save as JPEG or PNG first/ }).waitFor()
    for (const [name, type, bytes] of [
      ['clip.mov', 'video/quicktime', Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0', 'latin1')],
      ['layers.psd', '', Buffer.from('8BPS\0\x01')],
      ['drawing.svg', 'image/svg+xml', drawing],
      ['empty.png', 'image/png', Buffer.alloc(0)],
    ] as const) {
      await drop([name, type, bytes])
      await said.filter({ hasText: `“${name}”` }).waitFor()
      assert.equal(await shown.count(), 0)
    }

    const texts = ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt'].map((name): [string, string, Buffer] => [
      name,
      'text/plain',
      Buffer.from('word'),
    ])
    await drop(['one.jpg', 'image/jpeg', photo], ...texts, ['two.jpg', 'image/jpeg', photo], ['.DS_Store', '', heic])
    await said.filter({ hasText: /^2 pictures.*“a\.txt”, “b\.txt”, “c\.txt”, \+2\. Save/ }).waitFor()
    assert.equal(await shown.count(), 2)

    // A BMP with one red pixel. The server can't read BMP, but the browser converts it first.
    const bmp = Buffer.alloc(58)
    bmp.write('BM')
    for (const [at, value] of Object.entries({ 2: 58, 10: 54, 14: 40, 18: 1, 22: 1, 26: 1 | (24 << 16), 34: 4 }))
      bmp.writeUInt32LE(value, Number(at))
    bmp[56] = 255
    await drop(['scan.bmp', '', bmp])
    await eventually(async () => assert.equal(await shown.count(), 1))
    assert.equal(await said.textContent(), '')
    const before = came.count
    await run()
    await eventually(() => assert.equal(came.count, before + 1))
    const { width, height, data } = came.values.photo as Image
    assert.deepEqual([width, height, ...data.subarray(0, 3)], [1, 1, 255, 0, 0])
  })

  it('puts transparent pictures on white when they are reduced for sending', async () => {
    await open('desktop')
    const side = 1400
    const noise = Buffer.alloc(side * side * 4)
    for (let i = 0; i < noise.length; i++) noise[i] = i % 4 === 3 ? 0 : (i * 2_654_435_761) >>> 24
    const buffer = await sharp(noise, { raw: { width: side, height: side, channels: 4 } })
      .png({ compressionLevel: 0 })
      .toBuffer()
    await page.locator('input[type=file]').first().setInputFiles({ name: 'cut-out.png', mimeType: 'image/png', buffer })
    await page.locator('.pictures img').first().waitFor()
    const before = came.count
    await run()
    await eventually(() => assert.equal(came.count, before + 1))
    const { data } = came.values.photo as Image
    assert.ok(data.every((value) => value > 250))
  })

  it('reports missing inputs and errors, waits in line, and cancels', async () => {
    await open('phone')
    await run()
    await page.getByText('Photo: Please fill this in.').waitFor()
    await give()
    await page.getByLabel('Prompt').fill('fail')
    await run()
    await page.getByRole('alert').getByText('the model fell over: try another prompt').waitFor()
    await page.getByLabel('Prompt').fill('go')
    await page.getByLabel('Strength').fill('3')
    await run()
    await page.getByText('Strength: This must be a number from 0 to 1.').waitFor()
    await page.getByLabel('Strength').fill('1')
    const gate = deferred<void>()
    came.gate = gate.promise
    const form = new FormData()
    form.append('photo', new Blob([new Uint8Array(photo)]))
    form.append('z', JSON.stringify([1, 2, 3, 4, 5, 6, 7, 8]))
    const other = fetch(`${served.url}/query`, { method: 'POST', body: form })
    await eventually(() => assert.ok((came.values.photo as Image | undefined) && came.values.prompt === undefined))
    await run()
    await page.getByText(/Number 1 in the queue/).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await eventually(async () => assert.equal(await page.locator('.busy:visible').count(), 0))
    await eventually(() => assert.equal(model.calls.waiting, 0))
    const before = came.count
    gate.resolve()
    await other
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(came.count, before, 'what was cancelled in line never runs')
    await page.route('**/page/run', (route) => route.abort())
    await run()
    await page.getByText('No connection to the server: try again.').waitFor()
    wrong.splice(0) // the browser logs the failed request
  })

  it('keeps a visitor’s own results: shown after reloading, run again, deleted; nobody else sees them', async () => {
    await open('phone')
    await give()
    await run()
    await page.getByText('Once upon a time').waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Show earlier results (1)' }).click()
    await page.locator('.given img').waitFor()
    const before = came.count
    came.values = {}
    await page.getByRole('button', { name: 'Again' }).click()
    await eventually(async () => assert.equal(await page.locator('.card').count(), 2))
    await eventually(() => assert.equal(came.count, before + 1))
    assert.deepEqual([(came.values as Came).photo.width, (came.values as Came).strength], [300, 0.5])
    await page.locator('.card .row .note').nth(1).waitFor()
    assert.deepEqual(await violations(), [])
    await picture('history')
    const first = page.context()
    await open('phone')
    await page.getByRole('button', { name: 'Run' }).waitFor()
    assert.deepEqual(
      await page.evaluate("fetch(location.pathname + '/page/history').then((answer) => answer.json())"),
      [],
    )
    await page.context().close()
    const [again] = first.pages()
    page = again as Page
    await page.reload()
    await page.getByRole('button', { name: 'Delete my results' }).click()
    await eventually(async () => assert.equal(await page.locator('.earlier').count(), 0))
    await page.reload()
    await page.getByRole('button', { name: 'Run' }).waitFor()
    assert.equal(await page.locator('.earlier').count(), 0)
  })

  it('saves a picture with the record of how it was made', async () => {
    const xmp = toXmp({ daisychain: '1.2.3', flow: [], models: [], options: { a: { seed: 7 } } })
    const told = testModel([], [field('picture', { type: 'image' })], () => ({
      picture: carry(flat(40, 30, [200, 20, 20]), xmp),
    }))
    const own = await serve(told, { path: '/daisychain/told', look: look() })
    try {
      await open('phone', {}, own.url)
      await run()
      const downloading = page.waitForEvent('download')
      await page.locator('.made a.download').click()
      const bytes = readFileSync(await (await downloading).path())
      assert.deepEqual(JSON.parse(chainIn(xmpIn(bytes) ?? '') ?? '').options, { a: { seed: 7 } })
      const { width, height } = await sharp(bytes).metadata()
      assert.deepEqual([width, height], [40, 30])
    } finally {
      await page.context().close()
      await own.close()
    }
  })

  it('is available in German and Japanese, and small', async () => {
    await open('phone', { locale: 'de-DE' })
    await page.getByRole('button', { name: 'Los', exact: true }).waitFor()
    await page.locator('.daisychain-painter-labels label', { hasText: 'Meer' }).waitFor()
    await page.context().close()
    await open('phone', { locale: 'ja-JP' })
    await page.getByRole('button', { name: '実行' }).waitFor()
    await page.locator('.daisychain-painter-labels label', { hasText: '海' }).waitFor()
    await picture('Japanese')
    const plain = await fetch(served.url, { headers: { accept: 'text/html' } })
    const size = (await plain.arrayBuffer()).byteLength
    assert.ok(size < 150_000, `${size} bytes`)
  })
})
