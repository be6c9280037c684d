import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4 } from '../browser/support/versions'
import { paint, temporaryFolder } from './pictures'

const examples = resolve(__dirname, '../../../examples')

type FlowNode = { id: string; type: string; name?: string; [setting: string]: unknown }

/** An example as published, but with this test's folders, and with pictures instead of the debug sidebar. */
function read(name: string, changes: Record<string, object>): FlowNode[] {
  const flow = JSON.parse(readFileSync(join(examples, `${name}.json`), 'utf8')) as FlowNode[]
  return flow.map((node) => ({ ...node, ...changes[node.name || node.type] }))
}

describe('examples of picture input and output', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const [pictures, out] = [join(folder.path, 'in'), join(folder.path, 'out')]
  let server: Server

  before(async () => {
    mkdirSync(pictures)
    mkdirSync(out)
    await paint(join(pictures, 'a.png'), { width: 160, height: 120, shade: 60 })
    await paint(join(pictures, 'b.jpg'), { width: 160, height: 120, shade: 200 })
    server = await startNodeRed(nodeRed4(), [])
  })
  after(async () => {
    await server?.stop()
    folder.remove()
  })

  const press = async (flow: FlowNode[], button: string) => {
    const id = flow.find(({ type, name }) => type === 'inject' && name === button)?.id
    const answer = await fetch(`${server.url}/inject/${id}`, { method: 'POST' })
    assert.equal(answer.status, 200)
  }

  const appear = async (...names: string[]) => {
    const limit = Date.now() + 90_000
    while (!names.every((name) => existsSync(join(out, name)))) {
      if (Date.now() > limit) throw new Error(`There are only ${readdirSync(out)}:\n${server.output()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  it('06 Folder to depth: depth pictures, a table of distances, and one of captions', async () => {
    const flow = read('06 Folder to depth', {
      'my pictures': { source: 'path', path: pictures },
      'daisychain-export': { folder: out },
    })
    await server.setFlows(flow)
    await press(flow, 'Start')
    await appear('a.png', 'b.png', 'distances.csv', 'captions.csv')
    const { width, height } = await sharp(join(out, 'a.png')).metadata()
    assert.deepEqual([width, height], [160, 120])
    const [head, ...rows] = readFileSync(join(out, 'distances.csv'), 'utf8').trim().split('\r\n')
    assert.equal(head, 'filename,nearest,farthest,mean,unit')
    assert.deepEqual(
      rows.map((row) => row.split(',')[0]),
      ['a.png', 'b.jpg'],
    )
    for (const row of rows) {
      // These pictures aren't rooms, so the distances are relative, not metres.
      const [, nearest, farthest, mean] = row.split(',').map(Number) as [number, number, number, number]
      assert.ok(0 <= nearest && nearest <= mean && mean <= farthest && farthest <= 1, row)
      assert.ok(row.endsWith(','), row)
    }
  })

  it('06 Folder to depth: each picture has its caption', () => {
    const [head, ...rows] = readFileSync(join(out, 'captions.csv'), 'utf8').trim().split('\r\n')
    assert.equal(head, 'filename,caption')
    assert.deepEqual(
      rows.map((row) => row.split(',')[0]),
      ['a.png', 'b.jpg'],
    )
    for (const row of rows) assert.match(row, /,"?\w+ \w+/)
  })

  it('07 Camera to sketch: pictures from the camera page come out drawn', async () => {
    const flow = read('07 Camera to sketch', { drawn: { type: 'daisychain-export', folder: out, file: 'sketch' } })
    await server.setFlows(flow)
    const camera = `${server.url}/daisychain-camera/${flow.find(({ type }) => type === 'daisychain-camera')?.id}`
    const { key } = (await (await fetch(`${camera}/key`, { method: 'POST' })).json()) as { key: string }
    const body = await sharp(join(pictures, 'b.jpg')).jpeg().toBuffer()
    const answer = await fetch(`${camera}/frame`, { method: 'POST', headers: { 'x-daisychain-key': key }, body })
    assert.equal(answer.status, 200)
    await appear('sketch.png')
    assert.equal((await sharp(join(out, 'sketch.png')).metadata()).width, 160)
  })

  it('08 A walk to a GIF: 54 frames, from room to room and back to the first', async () => {
    const flow = read('08 A walk to a GIF', { 'daisychain-export': { folder: out, file: 'walk' } })
    assert.ok(flow.every(({ type }) => type !== 'function'))
    await server.setFlows(flow)
    await press(flow, 'Walk')
    await appear('walk.gif')
    const { pages, width, height } = await sharp(join(out, 'walk.gif'), { animated: true }).metadata()
    assert.deepEqual([pages, width], [54, 128])
    const frames = await sharp(join(out, 'walk.gif'), { animated: true }).raw().toBuffer()
    const size = frames.length / ((height as number) / 128)
    const apart = (a: number, b: number) => {
      let sum = 0
      for (let i = 0; i < size; i++)
        sum += Math.abs((frames[a * size + i] as number) - (frames[b * size + i] as number))
      return sum / size
    }
    for (const [a, b] of [
      [0, 18],
      [18, 36],
      [36, 0],
    ] as const) {
      assert.ok(apart(a, b) > 20, `rooms ${a} and ${b} are different ones: ${apart(a, b)}`)
    }
    // The model may switch on a lamp between two frames, but never changes everything, even where the GIF
    // restarts.
    const steps = Array.from({ length: 54 }, (_, i) => apart(i, (i + 1) % 54))
    const mean = steps.reduce((sum, step) => sum + step, 0) / 54
    assert.ok(mean < 14, `it goes in small steps: ${mean}`)
    assert.ok((steps[53] as number) < 10, `it closes: ${steps[53]}`)
  })

  it('09 Cut out: the bed on a plain background', async () => {
    const flow = read('09 Cut out', {
      'daisychain-latent': { seed: '3' },
    }).map((node) =>
      node.type === 'debug' && node.name === 'cut out'
        ? { ...node, type: 'daisychain-export', folder: out, file: 'bed' }
        : node,
    )
    await server.setFlows(flow)
    await press(flow, 'Imagine')
    await appear('bed.png')
    const data = await sharp(join(out, 'bed.png')).raw().toBuffer()
    let ground = 0
    for (let i = 0; i < data.length; i += 3) if (data[i] === 255 && data[i + 1] === 176 && data[i + 2] === 0) ground++
    const share = ground / (data.length / 3)
    assert.ok(share > 0.2 && share < 0.99, `${Math.round(share * 100)} % of the picture are replaced`)
  })

  it('19 Sort a folder: learns from files named after their class, and sorts others', async () => {
    const [shown, mixed] = [join(folder.path, 'shown'), join(folder.path, 'mixed')]
    for (const each of [shown, mixed]) mkdirSync(each)
    const draw = (file: string, isDisc: boolean, i: number) => {
      const at = 40 + ((i * 7) % 20)
      const shape = isDisc
        ? `<circle cx="${at}" cy="${at}" r="${20 + i}"/>`
        : `<path stroke="white" stroke-width="${4 + (i % 3)}" d="${Array.from({ length: 8 }, (_, k) => `M${12 * k + i} 0v96`).join('')}"/>`
      const svg = `<svg width="96" height="96"><rect width="96" height="96" fill="hsl(${20 * i},40%,40%)"/><g fill="white">${shape}</g></svg>`
      return sharp(Buffer.from(svg)).png().toFile(file)
    }
    for (let i = 0; i < 8; i++) {
      await draw(join(shown, `disc ${i}.png`), true, i)
      await draw(join(shown, `bars_${i}.png`), false, i)
    }
    for (const i of [8, 9]) {
      await draw(join(mixed, `x${i}.png`), true, i)
      await draw(join(mixed, `y${i}.png`), false, i)
    }
    const flow = read('19 Sort a folder', {
      examples: { source: 'path', path: shown },
      'my pictures': { source: 'path', path: mixed },
      kinds: { unknown: 'nearest' },
      'daisychain-export': { folder: out },
    })
    await server.setFlows(flow)
    const book = `${server.url}/daisychain-teach/${flow.find(({ name }) => name === 'kinds')?.id}/book`
    await press(flow, 'Teach')
    const limit = Date.now() + 60_000
    for (;;) {
      const { examples, classes } = (await (await fetch(book)).json()) as { examples: unknown[]; classes: string[] }
      if (examples.length === 16) {
        assert.deepEqual([...classes].sort(), ['bars', 'disc'])
        break
      }
      assert.ok(Date.now() < limit, `only ${examples.length} examples:\n${server.output()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await press(flow, 'Sort')
    await appear('disc/x8.png', 'disc/x9.png', 'bars/y8.png', 'bars/y9.png')
  })

  it('reports no errors', () => {
    assert.doesNotMatch(server.output(), /\[error\]/)
  })
})
