import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Node, NodeAPI, NodeMessage } from 'node-red'
import sharp from 'sharp'
import imagesNode from '../../nodes/images/images'
import { sayProgress, sayTime } from '../../nodes/images/progress'
import { type Image, isImage } from '../../src/types'
import { fixturesFolder } from '../models/support'
import { say } from './english'
import { collect, paint, startWith, temporaryFolder, until } from './pictures'
import { live, refusal, statuses, stop } from './support'

const joinNode = require('@node-red/nodes/core/sequence/17-split.js')
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

/** A node that holds each message until the test releases it, and records the largest number held at once. */
const held: { release: () => void; msg: NodeMessage }[] = []
let most = 0
function holdNode(RED: NodeAPI) {
  RED.nodes.registerType('hold', function (this: Node, config: never) {
    RED.nodes.createNode(this, config)
    this.on('input', (msg, send, done) => {
      const release = () => {
        send(msg)
        done()
      }
      held.push({ release, msg })
      most = Math.max(most, held.length)
    })
  })
}

const heldPicture = (index: number) => (held[index]?.msg as { relative?: string } | undefined)?.relative

/** A node in the old style, which never calls done. */
function oldNode(RED: NodeAPI) {
  RED.nodes.registerType('old', function (this: Node, config: never) {
    RED.nodes.createNode(this, config)
    this.on('input', (msg: NodeMessage) => this.send(msg))
  })
}

describe('daisychain-images', () => {
  const folder = temporaryFolder()
  const path = (name: string) => join(folder.path, name)
  after(() => folder.remove())
  afterEach(async () => {
    held.length = 0
    most = 0
    await stop()
  })
  before(async () => {
    for (const name of ['many/sub', 'broken', 'empty', 'watched']) mkdirSync(path(name), { recursive: true })
    for (const [i, name] of ['1.png', '2.jpg', '10.webp', 'sub/3.png'].entries())
      await paint(path(`many/${name}`), { shade: i })
    writeFileSync(path('many/notes.txt'), 'no picture')
    await paint(path('broken/1.png'))
    writeFileSync(path('broken/2.jpg'), "this isn't a picture")
    await paint(path('broken/3.png'))
    writeFileSync(path('broken/4.png'), '')
  })

  const start = (settings: object, wires = [['out'], ['end']], more: { id: string; type: string }[] = []) =>
    startWith(
      [imagesNode, joinNode, holdNode, oldNode],
      [{ id: 'n', type: 'daisychain-images', wires, ...settings }, { id: 'end', type: 'helper' }, ...more],
      { userDir: path('user') },
    )

  it('sends a folder in natural order, each picture with its name and part, and then the end', async () => {
    await start({ path: path('many') })
    const [pictures, end] = [collect('out'), collect('end')]
    live('n').receive({ style: 'mine' })
    const last = await until(() => end[0])
    assert.deepEqual(
      pictures.map(({ relative }) => relative),
      ['1.png', '2.jpg', '10.webp', 'sub/3.png'],
    )
    assert.deepEqual(
      pictures.map(({ filename }) => filename),
      ['1.png', '2.jpg', '10.webp', 'sub/3.png'].map((name) => path(`many/${name}`)),
    )
    assert.ok(pictures.every(({ payload, style }) => isImage(payload) && style === 'mine'))
    assert.deepEqual(
      pictures.map(({ parts }) => [(parts as { index: number }).index, (parts as { count?: number }).count]),
      [
        [0, undefined],
        [1, undefined],
        [2, undefined],
        [3, 4],
      ],
    )
    const { milliseconds, ...summary } = last.payload as { milliseconds: number }
    assert.deepEqual(summary, { sent: 4, skipped: [], leftOut: ['notes.txt'], stopped: false })
    assert.ok(milliseconds >= 0 && last.complete === true)
  })

  it('sends one file, a pattern, or a folder without subfolders', async () => {
    await start({ path: path('many'), recursive: false })
    const [pictures, end] = [collect('out'), collect('end')]
    for (const filename of [undefined, path('many/2.jpg'), path('many/**/*.png')]) live('n').receive({ filename })
    await until(() => end.length === 3)
    assert.deepEqual(
      pictures.map(({ relative }) => relative),
      ['1.png', '2.jpg', '10.webp', '2.jpg', '1.png', 'sub/3.png'],
    )
  })

  it('skips broken files, reports them to a Catch node, and lists them at the end', async () => {
    await start({ path: path('broken') })
    const [pictures, end, caught] = [collect('out'), collect('end'), collect('caught')]
    const texts = statuses('n')
    live('n').receive({})
    const { payload } = await until(() => end[0])
    assert.deepEqual(
      pictures.map(({ relative, parts }) => [relative, (parts as { count?: number }).count]),
      [
        ['1.png', undefined],
        ['3.png', 2],
      ],
    )
    const { skipped } = payload as { skipped: { filename: string; reason: string }[] }
    assert.deepEqual(
      skipped.map(({ filename }) => filename),
      [path('broken/2.jpg'), path('broken/4.png')],
    )
    assert.ok(skipped.every(({ reason }) => reason.length > 10))
    assert.deepEqual(
      caught.map(({ filename }) => filename),
      [path('broken/2.jpg'), path('broken/4.png')],
    )
    assert.match(
      (caught[0] as unknown as { error: Error }).error.message,
      /broken\/2\.jpg was skipped: .* isn't a picture/,
    )
    await until(() => texts.includes('2 pictures, 2 skipped'))
  })

  it('never has too many pictures in the flow, and continues as they are finished', async () => {
    await start({ path: path('many'), limit: 2 }, [['hold'], ['end']], [{ id: 'hold', type: 'hold' }])
    const [pictures, end] = [collect('out'), collect('end')]
    live('n').receive({})
    for (let sent = 0; sent < 4; sent++) {
      await until(() => held.length === Math.min(2, 4 - sent))
      assert.equal(end.length, 0)
      held.shift()?.release()
    }
    await until(() => end.length === 1)
    assert.equal(pictures.length, 4)
    assert.equal(most, 2)
  })

  it('waits for every branch, and for nodes after others', async () => {
    const more = [
      { id: 'old', type: 'old', wires: [['hold']] },
      { id: 'hold', type: 'hold', wires: [['out']] },
    ]
    await start({ path: path('many'), limit: 1 }, [['out', 'old'], ['end']], more)
    const pictures = collect('out')
    live('n').receive({})
    await until(() => held.length === 1 && pictures.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.deepEqual([held.length, pictures.length], [1, 1])
    held.shift()?.release()
    await until(() => held.length === 1 && pictures.length === 3)
  })

  it('can be collected by a join node', async () => {
    await start(
      { path: path('broken'), limit: 1 },
      [['join'], ['end']],
      [{ id: 'join', type: 'join', mode: 'auto' } as never],
    )
    const joined = collect('out')
    live('n').receive({})
    const { payload } = await until(() => joined[0])
    assert.ok(Array.isArray(payload) && payload.length === 2 && payload.every(isImage))
  })

  it('stops, resumes where it was, and starts again', async () => {
    await start({ path: path('many'), limit: 1 }, [['hold'], ['end']], [{ id: 'hold', type: 'hold' }])
    const [pictures, end] = [collect('out'), collect('end')]
    const texts = statuses('n')
    live('n').receive({})
    await until(() => held.length === 1)
    live('n').receive({ control: 'stop' })
    await until(() => texts.some((text) => text.startsWith('stopped at 0/4')))
    held.shift()?.release()
    await until(() => pictures.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(held.length, 0)
    live('n').receive({ control: 'resume' })
    await until(() => held.length === 1)
    assert.equal(heldPicture(0), '2.jpg')
    live('n').receive({ control: 'start' })
    await until(() => held.length === 2)
    assert.equal(heldPicture(1), '1.png')
    await until(() => (end[0]?.payload as { stopped: boolean } | undefined)?.stopped === true)
  })

  it('continues after a restart where it was stopped', async () => {
    const settings = { userDir: path('user') }
    const flow = [
      { id: 'n', type: 'daisychain-images', path: path('many'), limit: 1, wires: [['hold'], ['end']] },
      { id: 'hold', type: 'hold' },
      { id: 'end', type: 'helper' },
    ]
    await startWith([imagesNode, holdNode], flow, settings)
    live('n').receive({})
    await until(() => held.length === 1)
    held.shift()?.release()
    await until(() => held.length === 1)
    live('n').receive({ control: 'stop' })
    await stop()
    held.length = 0

    await startWith([imagesNode, holdNode], flow, settings)
    const [pictures, end] = [collect('out'), collect('end')]
    live('n').receive({ control: 'resume' })
    for (let i = 0; i < 3; i++) {
      await until(() => held.length === 1)
      held.shift()?.release()
    }
    await until(() => end[0])
    // The second picture was still in the flow, so it is sent again.
    assert.deepEqual(
      pictures.map(({ relative }) => relative),
      ['2.jpg', '10.webp', 'sub/3.png'],
    )
    await stop()

    await startWith([imagesNode, holdNode], flow, settings)
    live('n').receive({ control: 'resume' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal(held.length, 0, 'it was over, so there is nothing to go on with')
  })

  it('sends files added to a watched folder, once they are complete', async () => {
    await paint(path('watched/old.png'))
    await start({ path: path('watched'), source: 'watch' })
    const pictures = collect('out')
    const texts = statuses('n')
    // The node may have shown this status before the test listened; resuming shows it again.
    live('n').receive({ control: 'stop' })
    live('n').receive({ control: 'resume' })
    await until(() => texts.some((text) => text.startsWith('watching')))
    // The first scan comes some time after the status, and files from before it aren't new. So files are
    // added repeatedly.
    for (let i = 0; pictures.length === 0; i++) {
      await paint(path('new.png'), { shade: 7 })
      renameSync(path('new.png'), path(`watched/new-${i}.png`))
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    const { relative, parts } = pictures[0] ?? {}
    assert.match(String(relative), /^new-\d+\.png$/)
    assert.equal((parts as { index: number }).index, 0)
  })

  it('waits for a watched folder that doesn’t exist yet, reports it once, and sends new files', async () => {
    await paint(path('early.png'), { shade: 5 })
    const minutesAgo = new Date(Date.now() - 600_000)
    utimesSync(path('early.png'), minutesAgo, minutesAgo)
    await start({ path: path('later/on'), source: 'watch' })
    const [pictures, texts] = [collect('out'), statuses('n')]
    await until(() => texts.includes('waiting for the folder'))
    // As when a drive is mounted: its old files aren't new, but one that a camera has just written is.
    mkdirSync(path('moved/on'), { recursive: true })
    renameSync(path('early.png'), path('moved/on/early.png'))
    await paint(path('moved/on/new.png'), { shade: 8 })
    renameSync(path('moved'), path('later'))
    await until(() => pictures.length > 0)
    await until(() => texts.at(-1)?.startsWith('watching') === true)
    renameSync(path('later'), path('moved'))
    await until(() => texts.at(-1) === 'waiting for the folder')
    renameSync(path('moved'), path('later'))
    await until(() => texts.at(-1)?.startsWith('watching') === true)
    await paint(path('newer.png'), { shade: 9 })
    renameSync(path('newer.png'), path('later/on/newer.png'))
    await until(() => pictures.length > 1)
    assert.deepEqual(
      pictures.map(({ relative }) => relative),
      ['new.png', 'newer.png'],
    )
  })

  it('waits for a slow writer in a watched folder, and sends the picture once', async () => {
    mkdirSync(path('slow'))
    await start({ path: path('slow'), source: 'watch' })
    const [pictures, caught] = [collect('out'), collect('caught')]
    const names = () => pictures.map(({ relative }) => relative)
    /** The watch checks each file twice, so once this file is sent, all earlier files have been checked. */
    const marker = async (name: string) => {
      await paint(path(name), { shade: 9 })
      renameSync(path(name), path(`slow/${name}`))
      await until(() => names().includes(name))
    }
    await until(() => statuses('n').length >= 0)
    await marker('z0.png').catch(() => marker('z1.png')) // the first scan may have counted it as an old file
    const before = names().length
    const noise = { width: 200, height: 200, channels: 3 as const, noise: { type: 'gaussian' as const, sigma: 50 } }
    const files = {
      'a.jpg': await sharp({ create: { ...noise, background: '#888' } })
        .jpeg({ progressive: true })
        .toBuffer(),
      'b.png': await sharp({ create: { ...noise, background: '#888' } })
        .png()
        .toBuffer(),
      'c.gif': await sharp({ create: { ...noise, background: '#888' } })
        .gif()
        .toBuffer(),
      'd.tif': await sharp({ create: { ...noise, background: '#888' } })
        .tiff({ compression: 'lzw' })
        .toBuffer(),
      'e.webp': await sharp({ create: { ...noise, background: '#888' } })
        .webp()
        .toBuffer(),
    }
    for (const [name, bytes] of Object.entries(files)) {
      const half = Math.floor(bytes.length / 2)
      // Some programs reserve the whole file first and then fill it.
      const start =
        name === 'b.png'
          ? Buffer.concat([bytes.subarray(0, half), Buffer.alloc(bytes.length - half)])
          : bytes.subarray(0, half)
      writeFileSync(path(`slow/${name}`), start)
    }
    writeFileSync(path('slow/f.jpg'), '')
    await marker('y1.png')
    await marker('y2.png')
    assert.deepEqual(names().slice(before), ['y1.png', 'y2.png'])
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path(`slow/${name}`), bytes)
    await until(() => Object.keys(files).every((name) => names().includes(name)))
    const later = new Date(Date.now() + 5000)
    for (const name of Object.keys(files)) utimesSync(path(`slow/${name}`), later, later)
    await marker('y3.png')
    await marker('y4.png')
    assert.deepEqual(names().slice(before).sort(), [...Object.keys(files), 'y1.png', 'y2.png', 'y3.png', 'y4.png'])
    assert.deepEqual(caught, [])
    await paint(path('slow/a.jpg'), { shade: 200 })
    await until(() => names().filter((name) => name === 'a.jpg').length === 2)
    const all = names().length
    renameSync(path('slow'), path('away'))
    await new Promise((resolve) => setTimeout(resolve, 1200)) // long enough for at least one scan, which must find nothing
    renameSync(path('away'), path('slow'))
    await marker('y5.png')
    await marker('y6.png')
    assert.deepEqual(names().slice(all), ['y5.png', 'y6.png'])
  }).timeout(30_000)

  it('lists what it leaves out of a folder, and what it can’t read', async () => {
    for (const name of ['mixture/more', 'elsewhere']) mkdirSync(path(name), { recursive: true })
    for (const name of ['1.png', '2.jfif', 'more/3.jpe'])
      writeFileSync(
        path(`mixture/${name}`),
        await sharp({ create: { width: 4, height: 4, channels: 3, background: '#f00' } })
          .jpeg()
          .toBuffer(),
      )
    for (const name of ['notes.txt', 'clip.mp4', 'more/table.csv', '.hidden', 'Thumbs.db'])
      writeFileSync(path(`mixture/${name}`), 'x')
    writeFileSync(path('mixture/photo.HEIC'), Buffer.concat([Buffer.from('\0\0\0\x18ftypheic'), Buffer.alloc(80)]))
    writeFileSync(path('mixture/scan.bmp'), Buffer.concat([Buffer.from('BM\x36\x10\0\0\0\0\0\0'), Buffer.alloc(80)]))
    symlinkSync(path('elsewhere'), path('mixture/link'))
    await start({ path: path('mixture') })
    const [end, texts] = [collect('end'), statuses('n')]
    const warnings: string[] = []
    Object.assign(live('n'), { warn: (warning: unknown) => warnings.push(String(warning)) })
    live('n').receive({})
    const { payload } = (await until(() => end[0])) as {
      payload: { sent: number; skipped: { filename: string; reason: string }[]; leftOut: string[] }
    }
    assert.equal(payload.sent, 3)
    assert.deepEqual(payload.leftOut, ['clip.mp4', 'link', 'more/table.csv', 'notes.txt'])
    assert.deepEqual(
      payload.skipped.map(({ filename, reason }) => [filename, /HEIC photo|BMP/.exec(reason)?.[0]]),
      [
        [path('mixture/photo.HEIC'), 'HEIC photo'],
        [path('mixture/scan.bmp'), 'BMP'],
      ],
    )
    await until(() => texts.at(-1) === '3 pictures, 2 skipped, 4 left out')
    assert.ok(
      warnings.some((text) => /^4 files of the folder are not pictures and were left out: clip\.mp4, link,/.test(text)),
      warnings.join('\n'),
    )
  })

  it('keeps the numbers of deep pictures on request, and accepts paths as people write them', async () => {
    mkdirSync(path('deep'))
    const raw = { width: 2, height: 1, channels: 1 as const }
    const millimetres = sharp(Uint16Array.of(850, 4321), { raw }).toColourspace('grey16')
    await millimetres.png().toFile(path('deep/1.png'))
    process.env.DAISYCHAIN_TEST_IN = path('deep')
    await start({ path: '${DAISYCHAIN_TEST_IN}', numbers: true })
    const pictures = collect('out')
    live('n').receive({})
    const { data, range } = (await until(() => pictures[0])).payload as Image
    assert.deepEqual(
      [[...data], range],
      [
        [850, 4321],
        [0, 4321],
      ],
    )
    assert.match(await refusal('n', { filename: '\\\\nas\\photos' }), /is a Windows path, but Node-RED runs on/)
    assert.match(
      await refusal('n', { filename: '~/no such folder of pictures' }),
      new RegExp(`^${homedir()}/no such folder`),
    )
    live('n').receive({ filename: pathToFileURL(path('deep/1.png')).href })
    await until(() => pictures.length === 2)
  })

  it('sends all frames of animations in a folder', async () => {
    mkdirSync(path('moving'))
    const stills = await Promise.all(
      ['#f00', '#0f0', '#00f'].map((background) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    )
    for (const format of ['gif', 'webp'] as const)
      await sharp(stills, { join: { animated: true } })
        [format]({ delay: [500, 500, 500] })
        .toFile(path(`moving/b.${format}`))
    await paint(path('moving/a.png'))
    await start({ path: path('moving') })
    const [pictures, end] = [collect('out'), collect('end')]
    live('n').receive({})
    await until(() => end[0])
    const frames = ['1', '2', '3'].map((number) => `b/00000${number}.png`)
    assert.deepEqual(
      pictures.map(({ relative }) => relative),
      ['a.png', ...frames, ...frames],
    )
    assert.deepEqual(pictures.map(({ parts }) => (parts as { count?: number }).count).slice(-1), [7])
    const [, , , { payload: blueFrame }] = pictures as [object, object, object, { payload: Image }]
    const blue = blueFrame.data
    assert.ok((blue[0] as number) < 30 && (blue[2] as number) > 220, `${blue.subarray(0, 4)}`)
  })

  it('reports missing things in a sentence, and empty folders', async () => {
    await start({ path: path('empty') })
    const texts = statuses('n')
    live('n').receive({})
    await until(() => texts.includes('no pictures found'))
    assert.match(await refusal('n', { filename: path('gone') }), /gone does not exist\.$/)
    assert.match(await refusal('n', { filename: path('many/*.bmp') }), /^no file matches .*\*\.bmp\.$/)
    assert.match(
      await refusal('n', { control: 'faster' }),
      /^control is "faster", but must be start, stop or resume\.$/,
    )
  })

  it('stays inside the allowed root', async () => {
    symlinkSync(path('broken/1.png'), path('empty/link.png'))
    await startWith([imagesNode], [{ id: 'n', type: 'daisychain-images', path: path('empty') }], {
      daisychainRoot: path('empty'),
    })
    assert.match(await refusal('n', { filename: path('many/1.png') }), /is outside .*empty/)
    assert.match(await refusal('n', { filename: path('many/*.png') }), /is outside .*empty/)
    assert.match(await refusal('n', {}), /link\.png was skipped: .* is outside/)
  })

  it('reports folders and files that belong to someone else', async function () {
    if (process.platform === 'win32') this.skip()
    for (const name of ['theirs', 'mixed/theirs']) mkdirSync(path(name), { recursive: true })
    for (const name of ['theirs/1.png', 'mixed/1.png', 'mixed/2.png', 'mixed/theirs/3.png']) await paint(path(name))
    chmodSync(folder.path, 0o755)
    const locked = ['theirs', 'mixed/2.png', 'mixed/theirs'].map(path)
    for (const name of locked) chmodSync(name, 0)
    await start({ path: path('mixed') })
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534) // root can read every file
    try {
      const theirs = path('theirs')
      const sentence = ' is not accessible to the user Node-RED runs as.'
      assert.equal(await refusal('n', { filename: theirs }), `the folder ${theirs}${sentence}`)
      assert.equal(await refusal('n', { filename: join(theirs, '1.png') }), `${join(theirs, '1.png')}${sentence}`)
      const [pictures, end, caught] = [collect('out'), collect('end'), collect('caught')]
      live('n').receive({})
      const { payload } = await until(() => end[0])
      assert.deepEqual(
        pictures.map(({ relative }) => relative),
        ['1.png'],
      )
      const second = path('mixed/2.png')
      assert.deepEqual(
        caught.map((msg) => (msg as { error?: Error }).error?.message),
        [`the folder ${path('mixed/theirs')}${sentence}`, `${second} was skipped: the file ${second}${sentence}`],
      )
      assert.equal((payload as { skipped: unknown[] }).skipped.length, 1)
    } finally {
      if (isRoot) process.seteuid?.(0)
      for (const name of locked) chmodSync(name, 0o755)
    }
  })

  it('skips pictures beyond the largest size', async () => {
    await paint(path('large.png'), { width: 1500, height: 1400 })
    await start({ path: path('large.png'), megapixels: '2' })
    assert.match(await refusal('n', {}), /large\.png was skipped: .*1500×1400 pixels, more than the 2 megapixels/)
  })

  it('plays a video frame by frame', async function () {
    if (!hasFfmpeg) this.skip()
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=64x48:rate=10:duration=1',
      path('clip.mp4'),
    ])
    await start({ path: path('clip.mp4'), limit: 1 })
    const [pictures, end] = [collect('out'), collect('end')]
    const texts = statuses('n')
    live('n').receive({})
    await until(() => end[0])
    assert.equal(pictures.length, 10)
    assert.deepEqual(
      [pictures[0]?.relative, pictures[9]?.relative, `${pictures[9]?.payload}`],
      ['clip/000001.png', 'clip/000010.png', 'image 64×48 RGB'],
    )
    assert.deepEqual(pictures[9]?.parts, { ...(pictures[0]?.parts as object), index: 9, count: 10 })
    await until(() => texts.includes('10 pictures'))
    writeFileSync(path('no.mp4'), 'this is no video')
    assert.match(
      await refusal('n', { filename: path('no.mp4') }),
      /^the video .*no\.mp4 (cannot be processed: |is damaged, ends too early)/,
    )
    // A list of other files could refer to files outside the allowed folder.
    writeFileSync(path('list.mp4'), 'ffconcat version 1.0\nfile clip.mp4\n')
    assert.match(
      await refusal('n', { filename: path('list.mp4') }),
      /list\.mp4 (cannot be processed: |is damaged, ends too early)/,
    )
  }).timeout(30_000)

  it('sends all frames of an animated AVIF', async function () {
    if (!hasFfmpeg) this.skip()
    await start({ path: join(fixturesFolder, '../moving.avif') })
    const [pictures, end] = [collect('out'), collect('end')]
    live('n').receive({})
    await until(() => end[0])
    const colors = pictures.map(({ payload }) =>
      [...(payload as Image).data.subarray(0, 3)].map((value) => value > 127),
    )
    assert.deepEqual(colors, [
      [true, false, false],
      [false, false, true],
    ])
  })

  it('says what to do about a video if ffmpeg is missing', async () => {
    const before = process.env.PATH
    process.env.PATH = path('empty')
    try {
      writeFileSync(path('other.mp4'), '')
      await start({ path: path('other.mp4') })
      assert.match(
        await refusal('n', {}),
        /^videos, animated PNG and AVIF files, and sounds other than WAV need ffmpeg, which is not installed: install it/,
      )
    } finally {
      process.env.PATH = before
    }
  })
})

describe('progress', () => {
  it('is given in words', () => {
    assert.equal(sayProgress(say, 0, 340, 0, 5000), '0/340')
    assert.equal(sayProgress(say, 12, 340, 0, 4400), '12/340, 2 min left')
    assert.equal(sayProgress(say, 339, 340, 1, 4400), '340/340, 1 skipped')
    assert.equal(sayProgress(say, 7, null, 0, 1), '7')
    assert.deepEqual(
      [300, 40_000, 3_600_000, 7_500_000].map((time) => sayTime(say, time)),
      ['1 s', '40 s', '1 h 0 min', '2 h 5 min'],
    )
  })
})
