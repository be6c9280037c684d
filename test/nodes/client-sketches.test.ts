import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { decodeImage } from '../../src/images'
import { borrowBrowser } from '../browser/support/borrow'
import { noChromium } from '../browser/support/browser'
import { installOnce } from '../browser/support/install-once'
import { npm } from '../browser/support/registry'
import { type FlowEntry, freePort, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'

const folder = join(packageFolder, 'examples/clients')
const flow = JSON.parse(readFileSync(join(folder, 'A chain for sketches.json'), 'utf8')) as FlowEntry[]

/** The published sketches, unchanged, query the chain that is published with them. */
describe('sketches that query a chain', function () {
  this.timeout(180_000)
  let server: Server
  let url: string
  before(async () => {
    // Runway's usual ports may be in use here.
    const [http, socketIo, osc] = [await freePort(), await freePort(), await freePort()]
    url = `http://localhost:${http}/query`
    const ports = { port: http, socketIoPort: socketIo, oscPort: osc }
    server = await startNodeRed(
      nodeRed4(),
      flow.map((node) => (node.type === 'daisychain-serve-in' ? { ...node, ...ports } : node)),
    )
    while (!(await fetch(url).catch(() => null))) await new Promise((resolve) => setTimeout(resolve, 20))
  })
  after(() => server?.stop())

  const run = async (address: string, program: string, ...args: string[]) =>
    (await promisify(execFile)(program, args, { env: { ...process.env, DAISYCHAIN_ADDRESS: address } })).stdout.trim()

  async function isPicture(path: string): Promise<void> {
    const { width, height } = await decodeImage(readFileSync(path))
    assert.deepEqual([width, height], [128, 128])
  }

  it('the script for Max, in Node.js', async () => {
    const program = join(folder, 'max/daisychain.js')
    await isPicture(await run(url, process.execPath, program, '7'))
    await assert.rejects(run(`${url}x`, process.execPath, program), isSentence)
  })

  it('the script for TouchDesigner, in Python', async function () {
    if (!hasPython()) this.skip()
    const program = join(folder, 'touchdesigner/daisychain.py')
    await isPicture(await run(url, 'python3', program, '7'))
    await assert.rejects(run(`${url}x`, 'python3', program), isSentence)
  })

  it('the sketch for p5.js, in a browser', async function () {
    if (noChromium) this.skip()
    const browser = await borrowBrowser()
    const place = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    try {
      const page = await browser.newPage()
      await page.route('https://cdn.jsdelivr.net/**', (route) => route.fulfill({ path: p5() }))
      // Opened as a file, as people do, with another port.
      cpSync(join(folder, 'p5js'), place, { recursive: true })
      const sketch = join(place, 'sketch.js')
      writeFileSync(sketch, readFileSync(sketch, 'utf8').replace('http://localhost:8000/query', url))
      await page.goto(pathToFileURL(join(place, 'index.html')).href)
      await page.waitForFunction(() => /^room \d+$/.test(caption))
      const before = await page.evaluate(() => caption)
      const colors = await page.evaluate(() => {
        const canvas = document.querySelector('canvas') as HTMLCanvasElement
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
        return new Set(pixels).size
      })
      assert.ok(colors > 50, 'room and depth are drawn')
      await page.mouse.click(300, 300)
      await page.waitForFunction((last) => /^room \d+$/.test(caption) && caption !== last, before)
    } finally {
      await browser.close()
      rmSync(place, { recursive: true })
    }
  })
})

const isSentence = ({ stderr }: { stderr: string }) => /^[A-Z][^\n]*\.\n$/.test(stderr)

function hasPython(): boolean {
  try {
    return execFileSync('python3', ['--version'], { stdio: 'pipe' }).length > 0
  } catch {
    return false
  }
}

/** The version of p5.js that the sketch names, installed once into the ignored folder `.cache/`. */
function p5(): string {
  const [, version = ''] = /p5@([\d.]+)/.exec(readFileSync(join(folder, 'p5js/index.html'), 'utf8')) ?? []
  const place = join(packageFolder, '.cache/p5')
  installOnce(place, () => {
    writeFileSync(join(place, 'package.json'), JSON.stringify({ private: true, dependencies: { p5: version } }))
    npm(['install', '--no-audit', '--no-fund', '--ignore-scripts'], place)
  })
  return join(place, 'node_modules/p5/lib/p5.min.js')
}

declare const caption: string
declare const document: { querySelector(selector: string): unknown }
interface HTMLCanvasElement {
  width: number
  height: number
  getContext(kind: '2d'): { getImageData(...box: number[]): { data: Iterable<number> } } | null
}
