import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import exportNode from '../../nodes/export/export'
import { decodeSound } from '../../src/sounds'
import { Image, loudness, Segmentation } from '../../src/types'
import { sound } from '../types/values'
import { collect, startWith, temporaryFolder, until } from './pictures'
import { ask, live, refusal, statuses, stop } from './support'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const shade = (byte: number, width = 16, height = 12) =>
  new Image({ width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(byte) })

describe('daisychain-export', () => {
  const folder = temporaryFolder()
  const path = (...names: string[]) => join(folder.path, ...names)
  after(() => folder.remove())
  afterEach(stop)

  const start = (settings: object, more: object = {}) =>
    startWith([exportNode], [{ id: 'n', type: 'daisychain-export', ...settings }], { userDir: path('user'), ...more })

  for (const [format, ending] of [
    ['png', 'png'],
    ['jpeg', 'jpg'],
    ['webp', 'webp'],
  ] as const) {
    it(`writes pictures as ${format}, in the folders they came from`, async () => {
      await start({ format, folder: path(format) })
      const texts = statuses('n')
      const [, sent] = await ask('n', { payload: shade(200), relative: 'cats/tom.tiff', mark: 1 })
      assert.equal(sent.payload, path(format, `cats/tom.${ending}`))
      assert.equal(sent.mark, 1)
      const { data, info } = await sharp(sent.payload as string)
        .raw()
        .toBuffer({ resolveWithObject: true })
      assert.deepEqual([info.width, info.height], [16, 12])
      assert.ok(data.every((byte) => Math.abs(byte - 200) < 4))
      assert.equal(texts.at(-1), `1 picture in ${path(format)}`)
    })
  }

  for (const format of ['wav', 'flac', 'mp3'] as const) {
    it(`writes sounds as ${format}`, async function () {
      if (format !== 'wav' && !hasFfmpeg) this.skip()
      await start({ format, folder: path(format) })
      const texts = statuses('n')
      const [, sent] = await ask('n', { payload: sound(0.5, 44_100, 2), filename: 'hello.ogg' })
      assert.equal(sent.payload, path(format, `hello.${format}`))
      const read = await decodeSound({ path: sent.payload as string })
      assert.deepEqual([read.sampleRate, read.channels], [44_100, 2])
      assert.equal(read.seconds, 0.5)
      assert.ok(Math.abs((await loudness(read)) - (await loudness(sound(0.5, 44_100, 2)))) < 0.5)
      assert.equal(texts.at(-1), `1 sound in ${path(format)}`)
      const [, next] = await ask('n', { payload: sound() })
      assert.equal(next.payload, path(format, `sound-0002.${format}`))
      assert.match(await refusal('n', { payload: 'no sound' }), /a sound is needed/)
    })
  }

  it('numbers pictures without a name, and shows label maps in their colours', async () => {
    await start({ folder: path('unnamed') })
    await ask('n', { payload: shade(1) })
    const map = new Segmentation({
      width: 2,
      height: 1,
      data: Uint8Array.from([0, 1]),
      labels: ['sky', 'sea'],
      colors: [
        [255, 0, 0],
        [0, 0, 255],
      ],
    })
    const [, sent] = await ask('n', { payload: map })
    assert.equal(sent.payload, path('unnamed/image-0002.png'))
    assert.deepEqual(
      [
        ...(await sharp(sent.payload as string)
          .raw()
          .toBuffer()),
      ],
      [255, 0, 0, 0, 0, 255],
    )
  })

  it('writes to the folder however its path is written, and nowhere else', async () => {
    process.env.DAISYCHAIN_TEST_OUT = path('by-variable')
    await start({ folder: '${DAISYCHAIN_TEST_OUT}/today' })
    assert.equal((await ask('n', { payload: shade(9), filename: 'a.jpg' }))[1].payload, path('by-variable/today/a.png'))
    const refused: [folder: string, sentence: RegExp][] = [
      ['${DAISYCHAIN_NOT_SET}/x', /^the environment variable DAISYCHAIN_NOT_SET in the path .* is not set\.$/],
      ['D:\\exports', /^D:\\exports is a Windows path, but Node-RED runs on \w+/],
      ['\\\\nas\\exports', /is a Windows path/],
    ]
    const before = readdirSync('.')
    for (const [folder, sentence] of refused) {
      await stop()
      await start({ folder })
      assert.match(await refusal('n', { payload: shade(9) }), sentence)
    }
    await stop()
    await start({ folder: pathToFileURL(path('by address')).href })
    assert.equal((await ask('n', { payload: shade(9), filename: 'a.jpg' }))[1].payload, path('by address/a.png'))
    assert.deepEqual(readdirSync('.'), before)
  })

  it('reports a read-only folder as such', async function () {
    if (process.platform === 'win32') this.skip()
    const out = path('read-only')
    mkdirSync(out)
    chmodSync(out, 0o555)
    chmodSync(folder.path, 0o755)
    await start({ folder: out })
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534) // root can write everywhere
    try {
      assert.equal(
        await refusal('n', { payload: shade(9), filename: 'a.jpg' }),
        `a.png cannot be written: the folder ${out} is read-only for the user Node-RED runs as.`,
      )
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })

  it('never overwrites unless told to', async () => {
    const out = path('there')
    mkdirSync(out)
    writeFileSync(join(out, 'a.png'), 'mine')
    await start({ folder: out })
    for (const name of ['a (2).png', 'a (3).png']) {
      assert.equal((await ask('n', { payload: shade(9), filename: '/x/a.jpg' }))[1].payload, join(out, name))
    }
    assert.equal(readFileSync(join(out, 'a.png'), 'utf8'), 'mine')
    await stop()
    await start({ folder: out, existing: 'refuse' })
    assert.match(await refusal('n', { payload: shade(9), filename: 'a.jpg' }), /a\.png already exists, so it was not/)
    await stop()
    await start({ folder: out, existing: 'overwrite' })
    await ask('n', { payload: shade(9), filename: 'a.jpg' })
    assert.equal((await sharp(join(out, 'a.png')).metadata()).width, 16)
    assert.deepEqual(readdirSync(out).sort(), ['a (2).png', 'a (3).png', 'a.png'])
  })

  it('writes in parallel without using a name twice', async () => {
    await start({ folder: path('same') })
    const sent = collect('out')
    for (let i = 0; i < 10; i++) live('n').receive({ payload: shade(i), filename: 'a.png' })
    await until(() => sent.length === 10)
    assert.equal(new Set(sent.map(({ payload }) => payload)).size, 10)
    assert.equal(readdirSync(path('same')).length, 10)
  })

  it('writes a CSV in the order of the parts, completed by the last', async () => {
    await start({ format: 'csv', folder: path('csv'), file: 'captions', column: 'caption' })
    const sent = collect('out')
    const rows: [number, string, unknown, number?][] = [
      [1, 'b.png', 'a "dog"'],
      [2, 'c.png', { caption: 'both', results: [{ p: 0.5 }] }, 3],
      [0, 'a.png', 'a cat, sitting'],
    ]
    for (const [index, relative, payload, count] of rows) {
      live('n').receive({ payload, relative, parts: { id: 'x', index, count } })
    }
    const file = (await until(() => sent[0])) as { payload: string; count: number; parts?: object }
    assert.deepEqual([file.payload, file.count, file.parts], [path('csv/captions.csv'), 3, undefined])
    assert.equal(
      readFileSync(file.payload, 'utf8'),
      '\ufefffilename,caption,results.0.p\r\na.png,"a cat, sitting",\r\nb.png,"a ""dog""",\r\nc.png,both,0.5\r\n',
    )
  })

  it('writes no formulas to a CSV, unless set to raw cells', async () => {
    const cells = [
      '=1+1',
      '+1+1',
      '-1+1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1',
      'a=1',
      '-1.5',
      -1.5,
      '+3e-2',
      '.5',
      '-',
      '',
    ]
    const written: Record<string, string> = {}
    for (const raw of [false, true]) {
      await start({ format: 'csv', folder: path('formulas'), raw })
      const payload = { '=head': cells }
      written[`${raw}`] = readFileSync(
        (await ask('n', { payload, relative: '=a.png', parts: { id: 1, index: 0, count: 1 } }))[1].payload as string,
        'utf8',
      )
      await stop()
    }
    const heads = (before: string) => cells.map((_, i) => `${before}=head.${i}`).join(',')
    assert.equal(
      written.false,
      `\ufefffilename,${heads("'")}\r\n'=a.png,'=1+1,'+1+1,'-1+1,'@SUM(A1),'\t=1,"'\r=1","'\n=1",'＝1,a=1,-1.5,-1.5,+3e-2,.5,'-,\r\n`,
    )
    assert.equal(
      written.true,
      `\ufefffilename,${heads('')}\r\n=a.png,=1+1,+1+1,-1+1,@SUM(A1),"\t=1","\r=1","\n=1",＝1,a=1,-1.5,-1.5,+3e-2,.5,-,\r\n`,
    )
  })

  it('writes JSON and JSON lines, completed by the final message', async () => {
    for (const format of ['json', 'jsonl']) {
      await start({ format, folder: path('json'), file: 'x' })
      const sent = collect('out')
      live('n').receive({ payload: 'one', filename: '/a/1.png' })
      live('n').receive({ payload: { score: 2 }, filename: '/a/2.png' })
      live('n').receive({ payload: { sent: 2 }, complete: true, parts: { id: undefined } })
      await until(() => sent[0])
      const text = readFileSync(path(`json/x.${format}`), 'utf8')
      const rows =
        format === 'json'
          ? JSON.parse(text)
          : text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line))
      assert.deepEqual(rows, [
        { filename: '1.png', result: 'one' },
        { filename: '2.png', score: 2 },
      ])
      live('n').receive({ complete: true })
      await stop()
    }
    assert.deepEqual(readdirSync(path('json')).sort(), ['x.json', 'x.jsonl'])
  })

  it('writes what has arrived when the flow is stopped, and after a number of messages', async () => {
    await start({ format: 'jsonl', folder: path('stopped'), file: 'x', limit: '2' })
    const sent = collect('out')
    for (const payload of [1, 2, 3]) live('n').receive({ payload })
    await until(() => sent.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await stop()
    assert.deepEqual(
      readdirSync(path('stopped'))
        .sort()
        .map((name) => readFileSync(path('stopped', name), 'utf8').trim().split('\n').length),
      [1, 2],
    )
  })

  for (const [format, ending] of [
    ['gif', 'gif'],
    ['animated-webp', 'webp'],
  ] as const) {
    it(`makes an animation: ${format}`, async () => {
      await start({ format, folder: path('moving'), file: 'x', frameRate: '20' })
      const sent = collect('out')
      for (const [index, byte] of [
        [0, 10],
        [2, 250],
        [1, 120],
      ] as const) {
        const size = index === 1 ? [8, 6] : [16, 12]
        live('n').receive({ payload: shade(byte, ...size), parts: { id: 'x', index, count: 3 } })
      }
      const { payload } = (await until(() => sent[0])) as { payload: string }
      assert.equal(payload, path(`moving/x.${ending}`))
      const { pages, delay, loop, width, pageHeight } = await sharp(payload, { animated: true }).metadata()
      assert.deepEqual([pages, delay, loop, width, pageHeight], [3, [50, 50, 50], 0, 16, 12])
      const shades = await sharp(payload, { animated: true }).removeAlpha().raw().toBuffer()
      const middle = (frame: number) => shades[(frame * 12 * 16 + 6 * 16 + 8) * 3] as number
      assert.ok(
        [10, 120, 250].every((byte, frame) => Math.abs(middle(frame) - byte) < 12),
        `${[0, 1, 2].map(middle)}`,
      )
      live('n').receive({ payload: shade(7, 16, 12), parts: { id: 'y', index: 0, count: 1 } })
      const still = (await until(() => sent[1])) as { payload: string }
      assert.equal((await sharp(still.payload).metadata()).width, 16)
    })
  }

  for (const format of ['mp4', 'webm']) {
    it(`makes a video: ${format}`, async function () {
      if (!hasFfmpeg) this.skip()
      await start({ format, folder: path('video'), file: 'x', frameRate: 10 })
      const sent = collect('out')
      // Odd sizes, out of order, with one missing.
      for (const index of [1, 0, 2, 4, 5]) {
        live('n').receive({ payload: shade(index * 40, 33, 21), parts: { id: 'x', index } })
      }
      live('n').receive({ complete: true, parts: { id: 'x' } })
      const { payload, count } = (await until(() => sent[0])) as { payload: string; count: number }
      assert.equal(count, 5)
      const args = [
        '-v',
        'error',
        '-count_frames',
        '-show_entries',
        'stream=width,height,nb_read_frames',
        '-of',
        'csv=p=0',
      ]
      assert.equal(
        execFileSync('ffprobe', [...args, payload])
          .toString()
          .trim(),
        '34,22,5',
      )
      const frames = execFileSync('ffmpeg', ['-v', 'error', '-i', payload, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'])
      const middles = [0, 1, 2, 3, 4].map((frame) => frames[frame * 34 * 22 + 11 * 34 + 15] as number)
      assert.ok(
        [0, 40, 80, 160, 200].every((byte, i) => Math.abs(byte - (middles[i] as number)) < 12),
        `${middles}`,
      )
    }).timeout(30_000)
  }

  for (const format of ['mp4', 'webm']) {
    it(`states how the colours of a video are coded, so that all players show the same: ${format}`, async function () {
      if (!hasFfmpeg) this.skip()
      const color = [30, 200, 90]
      await start({ format, folder: path('colours'), file: format, quality: 100 })
      const sent = collect('out')
      const data = Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => color[i % 3] as number)
      live('n').receive({ payload: new Image({ width: 64, height: 48, channels: 3, data }) })
      live('n').receive({ complete: true })
      const { payload } = (await until(() => sent[0])) as { payload: string }
      const args = ['-v', 'error', '-show_entries', 'stream=color_space,color_range', '-of', 'csv=p=0', payload]
      assert.equal(`${execFileSync('ffprobe', args)}`.trim(), 'tv,bt709')
      const rgb = execFileSync('ffmpeg', ['-v', 'error', '-i', payload, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'])
      const seen = [...rgb.subarray(0, 3)]
      assert.ok(
        color.every((value, i) => Math.abs(value - (seen[i] as number)) <= 4),
        `${seen}`,
      )
    }).timeout(30_000)
  }

  it('says what to do about a video if ffmpeg is missing', async () => {
    const before = process.env.PATH
    process.env.PATH = folder.path
    try {
      await start({ format: 'mp4', folder: path('none') })
      const texts = statuses('n')
      live('n').receive({ payload: shade(1) })
      await until(
        () => texts.includes('1 gathered') || texts.some((text) => /^videos, animated PNG and AVIF files/.test(text)),
      )
      live('n').receive({ complete: true })
      await until(() => texts.some((text) => /^videos, animated PNG and AVIF files/.test(text)))
    } finally {
      process.env.PATH = before
    }
  })

  const refused: [string, object, Record<string, unknown>, RegExp][] = [
    ['no picture', {}, { payload: 'hello' }, /^payload /],
    ['no picture in an animation', { format: 'gif' }, { payload: 5 }, /^payload /],
    ['a name that leads away', {}, { payload: shade(1), relative: '../../x.png' }, /leads outside the folder/],
    ['an unknown format', { format: 'bmp' }, { payload: shade(1) }, /^the format is "bmp", but must be one of png/],
    [
      'an odd speed',
      { format: 'gif', frameRate: 'fast' },
      { payload: shade(1) },
      /^the frame rate is "fast", but must be a number from 0.1 to 50/,
    ],
    ['a folder outside the root', { folder: '/tmp' }, { payload: shade(1) }, /^\/tmp is outside .*, the only folder/],
  ]
  for (const [what, settings, msg, sentence] of refused) {
    it(`refuses ${what} in a sentence`, async () => {
      mkdirSync(path('root'), { recursive: true })
      await start({ folder: path('root'), ...settings }, { daisychainRoot: path('root') })
      assert.match(await refusal('n', msg), sentence)
      assert.deepEqual(readdirSync(path('root')), [])
    })
  }

  it('doesn’t follow links out of the root', async () => {
    mkdirSync(path('linked'))
    symlinkSync(path('there'), path('linked/away'))
    await start({ folder: path('linked') }, { daisychainRoot: path('linked') })
    assert.match(await refusal('n', { payload: shade(1), relative: 'away/new.png' }), /is outside/)
  })

  it('reports a full disk, leaves no partial file, and keeps what it has collected', async function () {
    const disk = path('disk')
    mkdirSync(disk)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status !== 0) this.skip()
    try {
      await start({ folder: disk })
      const noise = new Image({
        width: 200,
        height: 200,
        channels: 3,
        data: randomBytes(120_000),
      })
      assert.match(
        await refusal('n', { payload: noise, filename: 'a.png' }),
        /a\.png cannot be written, because the disk is full\.$/,
      )
      assert.deepEqual(readdirSync(disk), [])
      await stop()
      await start({ format: 'gif', folder: disk, file: 'y' })
      for (const byte of [1, 2, 3]) live('n').receive({ payload: byte === 2 ? shade(9, 200, 200) : noise })
      assert.match(await refusal('n', { complete: true }), /y\.gif cannot be written, because the disk is full\.$/)
      assert.deepEqual(readdirSync(disk), [])
      await stop()
      await start({ format: 'jsonl', folder: disk, file: 'x' })
      const sent = collect('out')
      const texts = statuses('n')
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(40_000))
      live('n').receive({ payload: 'x'.repeat(50_000) })
      live('n').receive({ complete: true })
      await until(() => texts.some((text) => /^…\/x\.jsonl cannot be written, because the/.test(text)))
      execFileSync('rm', [join(disk, 'ballast')])
      live('n').receive({ complete: true })
      const { payload } = (await until(() => sent[0])) as { payload: string }
      assert.equal(readFileSync(payload).length, 50_000 + JSON.stringify({ filename: '', result: '' }).length + 1)
    } finally {
      await stop()
      spawnSync('umount', [disk])
    }
  })
})
