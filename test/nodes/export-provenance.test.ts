import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { chainIn, otherModels, readProvenance, reproduction, xmpIn } from '../../src/provenance'
import { type FlowEntry, Red } from '../plugins/support'
import { temporaryFolder } from './pictures'

const files = ['png.png', 'jpeg.jpg', 'webp.webp', 'gif.gif', 'animated-webp.webp', 'mp4.mp4'].map(
  (name) => `made-${name}`,
)

describe('pictures with a record of how they were made', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  let red: Red
  const at = { z: 'tab', x: 1, y: 1 }
  const save = (format: string) => ({
    ...{ ...at, id: format, type: 'daisychain-export', name: `as ${format}`, wires: [[]] },
    ...{ format, folder: folder.path, file: `made-${format}`, provenance: format !== 'off', existing: 'overwrite' },
    ...(format === 'off' && { format: 'png' }),
  })
  const flow = [
    { id: 'tab', type: 'tab', label: 'test', env: [{ name: 'WORD', type: 'str', value: 'tab-hidden-word' }] },
    { ...at, id: 'go', type: 'inject', props: [{ p: 'payload' }, { p: 'note', v: 'x', vt: 'str' }], wires: [['fn']] },
    {
      ...{ ...at, id: 'fn', type: 'function', outputs: 1, wires: [['made']] },
      func: 'const key = "code-hidden"; const n = (context.get("n") || 0) + 1; context.set("n", n); return { payload: Array.from({ length: 512 }, (_, i) => Math.sin(n * i)), truncation: 0.5, topic: String(n), seed: env.get("WORD") }',
    },
    {
      ...{ ...at, id: 'made', type: 'daisychain-stylegan', name: 'Rooms', variant: 'mini' },
      wires: [['png', 'jpeg', 'webp', 'off', 'gif', 'animated-webp', 'mp4', 'webm']],
    },
    ...['png', 'jpeg', 'webp', 'off'].map(save),
    ...['gif', 'animated-webp', 'mp4', 'webm'].map((format) => ({ ...save(format), limit: 2 })),
  ] as FlowEntry[]

  before(async () => {
    red = await Red.start(flow)
  })
  after(async () => {
    await red.stop()
    folder.remove()
  })

  it('contain it on request as PNG, JPEG and WebP; pixels and other pictures stay unchanged', async () => {
    await fetch(`${red.url}/inject/go`, { method: 'POST' })
    for (const id of ['png', 'jpeg', 'webp', 'off'])
      await red.until('node-status', (said) => said.id === id && said.status.fill === 'green')
    const file = (name: string) => join(folder.path, name)
    for (const name of files.slice(0, 3)) {
      const bytes = readFileSync(file(name))
      const xmp = xmpIn(bytes) ?? ''
      assert.doesNotMatch(xmp, new RegExp(`hidden|${folder.path}`))
      const record = readProvenance(chainIn(xmp) ?? '')
      assert.ok(record, name)
      assert.deepEqual(record.flow.map(({ type }) => type).sort(), [
        'daisychain-export',
        'daisychain-stylegan',
        'function',
        'inject',
      ])
      const { models, options, daisychain } = JSON.parse(chainIn(xmp) ?? '')
      assert.match(daisychain, /^\d+\.\d+\.\d+/)
      assert.match(models[0].sha256[0], /^[0-9a-f]{64}$/)
      assert.deepEqual([models[0].node, options.made], ['made', { truncation: 0.5 }])
    }
    const [plain, told] = await Promise.all(
      ['made-off.png', 'made-png.png'].map((name) => sharp(file(name)).raw().toBuffer()),
    )
    assert.ok(plain && told && plain.equals(told))
    assert.equal(xmpIn(readFileSync(file('made-off.png'))), null)
  })

  it('contain it as GIF, animated WebP and MP4 too, which stay animated', async () => {
    const moving = ['gif', 'animated-webp', 'mp4', 'webm']
    await fetch(`${red.url}/inject/go`, { method: 'POST' })
    for (const id of moving)
      await red.until(
        'node-status',
        ({ id: of, status }) => of === id && status.fill === 'green' && status.shape === 'dot',
      )
    const records = files.slice(3).map((name) => {
      const xmp = xmpIn(readFileSync(join(folder.path, name))) ?? ''
      assert.doesNotMatch(xmp, new RegExp(`hidden|${folder.path}`))
      return JSON.parse(chainIn(xmp) ?? '{}')
    })
    for (const record of records) {
      assert.deepEqual(record.options, { made: { truncation: 0.5 } })
      assert.match(record.models[0].sha256[0], /^[0-9a-f]{64}$/)
    }
    for (const name of ['made-gif.gif', 'made-animated-webp.webp']) {
      const { pages, delay } = await sharp(join(folder.path, name), { animated: true }).metadata()
      assert.deepEqual([name, pages, delay?.length], [name, 2, 2])
    }
    const frames = execFileSync(
      'ffprobe',
      [
        ...'-v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0'.split(' '),
        join(folder.path, 'made-mp4.mp4'),
      ],
      { encoding: 'utf8' },
    )
    assert.equal(frames.trim(), '2')
  })

  it('are read by exiftool', function () {
    if (spawnSync('exiftool', ['-ver']).status !== 0) return this.skip()
    for (const name of files) {
      const path = join(folder.path, name)
      const [said] = JSON.parse(
        execFileSync('exiftool', ['-j', '-struct', '-Warning', '-XMP:all', path], { encoding: 'utf8' }),
      )
      assert.equal(said.Warning, undefined, name)
      assert.match(said.DigitalSourceType, /[tT]rained/, name)
      assert.match(said.CreatorTool, /^Daisychain \d/, name)
      const chain = typeof said.Chain === 'string' ? JSON.parse(said.Chain) : said.Chain
      assert.deepEqual(chain, JSON.parse(chainIn(xmpIn(readFileSync(path)) ?? '') ?? ''), name)
    }
  })

  it('are described in the dialog before anything is saved, and anything but a flow is refused in a sentence', async () => {
    const ask = async (body: object) => {
      const answer = await fetch(`${red.url}/daisychain/provenance`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return [answer.status, await answer.json()] as const
    }
    const [status, { record, left }] = await ask({ flow, id: 'png' })
    assert.equal(status, 200)
    assert.deepEqual(record.models[0].node, 'made')
    assert.ok(left.some(({ settings }: { settings: string[] }) => settings.includes('folder')))
    assert.doesNotMatch(JSON.stringify(record), /hidden/)
    const [refused, { message }] = await ask({ flow: 7, id: 'png' })
    assert.deepEqual([refused, /\.$/.test(message)], [400, true])
  })

  it('are made again, byte for byte, by the chain with their seeds and options', async () => {
    const chain = (seed: string) => [
      { id: 'tab', type: 'tab', label: 'again' },
      {
        ...at,
        id: 'go',
        type: 'inject',
        props: [
          { p: 'seed', v: seed, vt: 'num' },
          { p: 'truncation', v: '0.6', vt: 'num' },
        ],
        wires: [['l']],
      },
      { ...at, id: 'l', type: 'daisychain-latent', seed: '', wires: [['made']] },
      { ...at, id: 'made', type: 'daisychain-stylegan', variant: 'mini', truncation: 0.9, wires: [['end', 'bare']] },
      { ...save('png'), id: 'end', file: 'first' },
      { ...save('off'), id: 'bare', file: 'first-bare' },
    ]
    const run = async (flow: FlowEntry[], id: string) => {
      await red.deploy(flow)
      await fetch(`${red.url}/inject/go`, { method: 'POST' })
      await red.until('node-status', (said) => said.id === id && said.status.fill === 'green')
    }
    await run(chain('7') as FlowEntry[], 'end')
    await red.until('node-status', (said) => said.id === 'bare' && said.status.fill === 'green')
    const read = (name: string) => readFileSync(join(folder.path, name))
    const record = readProvenance(chainIn(xmpIn(read('first.png')) ?? '') ?? '')
    assert.ok(record)
    const { flow: again, unfixed, outside } = reproduction(record)
    assert.deepEqual([unfixed, outside], [[], []])
    const of = (id: string) => again.find((node) => node.id === id)
    assert.deepEqual([of('l')?.seed, of('made')?.truncation], [7, 0.6])
    // Removes the message's own values, and writes to this folder.
    const flow = again.map((node) => ({
      ...{ ...node, z: 'tab' },
      ...(node.id === 'go' && { props: [] }),
      ...(node.id === 'end' && { folder: folder.path, file: 'again', provenance: false }),
    }))
    await run([{ id: 'tab', type: 'tab', label: 'again' }, ...flow] as FlowEntry[], 'end')
    assert.ok(read('again.png').equals(read('first-bare.png')))
    assert.deepEqual(otherModels(record, record.models), [])
    const [first] = record.models
    assert.ok(first)
    assert.deepEqual(otherModels(record, [{ ...first, sha256: ['0'.repeat(64)] }]), [first.label])
    const open = { ...record, options: {} }
    assert.deepEqual(reproduction(open).unfixed, ['latent'])
  })
})
