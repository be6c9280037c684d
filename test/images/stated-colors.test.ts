import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { codec, decodeImage, framesOf } from '../../src/images'
import { type PortType, pngChunk, readValue } from '../../src/types'

function gAMA(gamma: number): Uint8Array {
  const data = Buffer.alloc(4)
  data.writeUInt32BE(Math.round(gamma * 100_000))
  return pngChunk('gAMA', data)
}

const withChunks = (png: Buffer, ...chunks: Uint8Array[]) =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])

const of = (values: number[], channels: 1 | 3 | 4) =>
  sharp(Buffer.from(values), { raw: { width: values.length / channels, height: 1, channels } })

describe('the gamma of a PNG', () => {
  // The sRGB values of linear 0, 10, 128 and 255, by the standard's formula.
  const light = [0, 10, 128, 255]
  const srgb = [0, 56, 188, 255]

  it('is applied: light becomes sRGB, in colour and grey, and alpha stays', async () => {
    const colour = await of([...light.slice(0, 3), 10, 255, 10, 128, 128], 4)
      .png()
      .toBuffer()
    const decoded = await decodeImage(withChunks(colour, gAMA(1)))
    assert.deepEqual([...decoded.data], [0, 56, 188, 10, 255, 56, 188, 128])
    const grey = await of(light, 1).toColourspace('b-w').png().toBuffer()
    assert.deepEqual([...(await decodeImage(withChunks(grey, gAMA(1)), { grey: true })).data], srgb)
    assert.deepEqual(
      [...(await decodeImage(withChunks(grey, gAMA(1)))).data],
      srgb.flatMap((value) => [value, value, value]),
    )
  })

  it('keeps the dark values of 16 bits', async () => {
    const numbers = Uint16Array.from([100, 65535, 32896])
    const png = await sharp(numbers, { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    assert.deepEqual([...(await decodeImage(withChunks(png, gAMA(1)))).data], [5, 255, 188])
    const grey = await sharp(numbers, { raw: { width: 3, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    assert.deepEqual([...(await decodeImage(withChunks(grey, gAMA(1)), { grey: true })).data], [5, 255, 188])
  })

  it('is found after long text, in a file too', async () => {
    const png = await of([128, 128, 128], 3).png().toBuffer()
    const folder = await mkdtemp(join(tmpdir(), 'daisychain-gamma-'))
    try {
      const path = join(folder, 'light.png')
      await writeFile(path, withChunks(png, pngChunk('tEXt', Buffer.from(`Comment\0${'x'.repeat(9000)}`)), gAMA(1)))
      assert.deepEqual([...(await decodeImage({ path })).data], [188, 188, 188])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is ignored if numbers or label ids are wanted', async () => {
    const ids = withChunks(await of([0, 1, 2, 1], 1).toColourspace('b-w').png().toBuffer(), gAMA(1))
    assert.deepEqual([...(await decodeImage(ids, { grey: true, numbers: true })).data], [0, 1, 2, 1])
    const type: PortType = { type: 'segmentation', labels: ['sky', 'sea', 'sand'] }
    const map = await readValue(type, ids, 'map', { ...codec, readsLabels: true })
    assert.deepEqual([...(map as { data: Uint8Array }).data], [0, 1, 2, 1])
  })

  it('is ignored next to sRGB, or if it equals that of sRGB', async () => {
    const png = await of([128, 128, 128], 3).png().toBuffer()
    for (const chunks of [[gAMA(0.45455)], [gAMA(1), pngChunk('sRGB', Buffer.from([0]))], [gAMA(0)]])
      assert.deepEqual([...(await decodeImage(withChunks(png, ...chunks))).data], [128, 128, 128])
  })
})

/** Fractions as a PNG stores them. */
const fractions = (...values: number[]) => {
  const data = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) data.writeUInt32BE(Math.round(value * 100_000), 4 * i)
  return data
}
const cHRM = (...primaries: number[]) => pngChunk('cHRM', fractions(0.3127, 0.329, ...primaries, 0.15, 0.06))
const cICP = (primaries: number, transfer: number) => pngChunk('cICP', Buffer.from([primaries, transfer, 0, 1]))
const SRGB = cHRM(0.64, 0.33, 0.3, 0.6)
const ADOBE = cHRM(0.64, 0.33, 0.21, 0.71)
const P3 = cHRM(0.68, 0.32, 0.265, 0.69)

describe('the colours that a picture states without a profile', () => {
  const given = [200, 100, 50, 60, 180, 90, 40, 80, 220, 128, 128, 128]
  // What Chromium shows.
  const table: [what: string, chunks: Uint8Array[], shown: number[]][] = [
    ['Adobe RGB by cHRM', [gAMA(0.45455), ADOBE], [227, 100, 42, 0, 181, 83, 0, 79, 225, 129, 129, 129]],
    ['light in P3', [gAMA(1), P3], [240, 165, 114, 101, 221, 155, 98, 153, 246, 188, 188, 188]],
    ['P3 by cICP', [cICP(12, 13)], [215, 93, 31, 0, 183, 78, 22, 81, 228, 128, 128, 128]],
    ['light by cICP', [cICP(1, 8)], [229, 168, 122, 133, 219, 160, 110, 152, 239, 188, 188, 188]],
    ['cHRM without gAMA', [P3], given],
    ['cHRM of sRGB', [gAMA(0.45455), SRGB], given],
    ['cHRM next to sRGB', [pngChunk('sRGB', Buffer.from([0])), gAMA(0.45455), P3], given],
    ['impossible cHRM', [gAMA(0.45455), pngChunk('cHRM', Buffer.alloc(32))], given],
    ['cICP before gAMA', [gAMA(1), cICP(1, 13)], given],
  ]
  for (const [what, chunks, shown] of table)
    it(`are converted to sRGB in a PNG: ${what}`, async () => {
      const png = await of(given, 3).png().toBuffer()
      assert.deepEqual([...(await decodeImage(withChunks(png, ...chunks))).data], shown)
      const clear = await of([...given.slice(0, 3), 77], 4)
        .png()
        .toBuffer()
      assert.deepEqual([...(await decodeImage(withChunks(clear, ...chunks))).data], [...shown.slice(0, 3), 77])
    })

  it('leave grey grey', async () => {
    const grey = withChunks(await of([0, 90, 255], 1).toColourspace('b-w').png().toBuffer(), gAMA(1), P3)
    assert.deepEqual([...(await decodeImage(grey, { grey: true })).data], [0, 160, 255])
  })

  const encoders = `${spawnSync('ffmpeg', ['-hide_banner', '-encoders']).stdout ?? ''}`
  it('are converted in an AVIF', async function () {
    if (!encoders.includes(' libaom-av1 ')) this.skip()
    const folder = await mkdtemp(join(tmpdir(), 'daisychain-colors-'))
    try {
      const path = join(folder, 'still.avif')
      const source = ['-f', 'lavfi', '-i', 'color=0xc86432:s=64x64,scale=out_color_matrix=bt709:out_range=pc']
      const coded = ['-colorspace', 'bt709', '-color_primaries', 'smpte432', '-color_trc', 'iec61966-2-1']
      const still = ['-color_range', 'pc', '-frames:v', '1', '-still-picture', '1', '-crf', '4', path]
      execFileSync('ffmpeg', [
        '-v',
        'error',
        ...source,
        '-pix_fmt',
        'yuv444p',
        '-c:v',
        'libaom-av1',
        ...coded,
        ...still,
      ])
      const bytes = await readFile(path)
      const codes = bytes.indexOf('colrnclx') + 8
      const shown = async (primaries: number, transfer: number) => {
        bytes.writeUInt16BE(primaries, codes)
        bytes.writeUInt16BE(transfer, codes + 2)
        return [...(await decodeImage(bytes)).data.subarray(0, 3)]
      }
      for (const [primaries, transfer, colors] of [
        [12, 13, [215, 93, 31]],
        [1, 13, [200, 100, 50]],
        [1, 1, [200, 100, 50]],
        [2, 2, [200, 100, 50]],
      ] as const) {
        const color = await shown(primaries, transfer)
        assert.ok(
          color.every((value, i) => Math.abs(value - (colors[i] as number)) <= 3),
          `${color}`,
        )
      }
      await assert.rejects(
        shown(9, 16),
        /^Error: the picture is HDR \(PQ\), whose colours cannot be read: save it as SDR/,
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('are refused if they are HDR', async () => {
    const png = await of(given, 3).png().toBuffer()
    await assert.rejects(decodeImage(withChunks(png, cICP(9, 16))), /the picture is HDR \(PQ\)/)
    await assert.rejects(decodeImage(withChunks(png, cICP(9, 18))), /the picture is HDR \(HLG\)/)
    assert.deepEqual([...(await decodeImage(withChunks(png, cICP(9, 16)), { numbers: true })).data], given)
  })

  it('are converted in each frame of an animated PNG', async function () {
    if (spawnSync('ffmpeg', ['-version']).status !== 0) this.skip()
    const folder = await mkdtemp(join(tmpdir(), 'daisychain-colors-'))
    try {
      const path = join(folder, 'moving.png')
      const source = ['-f', 'lavfi', '-i', 'color=0x808080:s=8x8:r=4:d=1,format=rgb24']
      execFileSync('ffmpeg', ['-v', 'error', ...source, '-f', 'apng', path])
      await writeFile(path, withChunks(await readFile(path), gAMA(1)))
      const found = await framesOf(path, { rate: 0, signal: new AbortController().signal })
      let count = 0
      for await (const { data } of found?.frames() ?? []) {
        assert.deepEqual([...data.subarray(0, 3)], [188, 188, 188])
        count++
      }
      assert.equal(count, 4)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('inks', () => {
  it('without a profile are shown as in browsers: grey is grey', async () => {
    const create = { width: 16, height: 16, channels: 3, background: { r: 128, g: 128, b: 128 } } as const
    for (const format of ['jpeg', 'tiff'] as const) {
      const inks = await sharp({ create }).toColourspace('cmyk').toFormat(format, { quality: 100 }).toBuffer()
      const [c, m, y, k] = await sharp(inks)
        .pipelineColourspace('cmyk')
        .toColourspace('cmyk')
        .raw({ depth: 'uchar' })
        .toBuffer()
      const expected = [c, m, y].map((ink) => Math.round(((255 - (ink as number)) * (255 - (k as number))) / 255))
      const bare = await sharp(inks).metadata()
      const { channels, data } = await decodeImage(inks)
      assert.deepEqual([bare.space, bare.hasProfile, channels], ['cmyk', false, 3])
      assert.deepEqual([...data.subarray(0, 3)], expected)
    }
  })
})

describe('the profile of grey of 16 bits', () => {
  it('is applied', async () => {
    const create = { width: 8, height: 8, channels: 3, background: { r: 100, g: 100, b: 100 } } as const
    // Of a grey profile only the gamma matters.
    const eight = await sharp({ create }).toColourspace('b-w').png().toBuffer()
    const deep = await sharp({ create }).toColourspace('grey16').png().toBuffer()
    const profile = greyProfile(1)
    const shown = async (png: Buffer, options = {}) => (await decodeImage(withChunks(png, profile), options)).data[0]
    assert.equal(await shown(eight), await shown(deep))
    assert.ok(Math.abs(((await shown(deep)) as number) - 168) <= 2, `${await shown(deep)}`)
    const grey = await decodeImage(withChunks(deep, profile), { grey: true })
    assert.deepEqual([grey.channels, grey.data[0]], [1, await shown(deep)])
  })
})

/** A chunk with an ICC profile of grey with this gamma. */
function greyProfile(gamma: number): Uint8Array {
  const text = (words: string, size: number) => Buffer.from(words.padEnd(size, '\0'), 'latin1')
  const number = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const white = [number(0xf6d6), number(0x10000), number(0xd32d)]
  const header = [
    number(0),
    text('', 4),
    number(0x02100000),
    text('mntrGRAYXYZ ', 12),
    text('', 12),
    text('acsp', 4),
    text('', 28),
    ...white,
    text('', 48),
  ]
  const curve = Buffer.concat([text('curv', 8), number(1), Buffer.from([gamma, 0, 0, 0])])
  const point = Buffer.concat([text('XYZ ', 8), ...white])
  const name = Buffer.concat([text('desc', 8), number(5), text('grey', 5), text('', 79)])
  const table = [
    ['desc', 180, name],
    ['wtpt', 180 + name.length, point],
    ['kTRC', 180 + name.length + point.length, curve],
  ] as const
  const entries = table.map(([tag, at, data]) => Buffer.concat([text(tag, 4), number(at), number(data.length)]))
  const bytes = Buffer.concat([
    ...header,
    number(table.length),
    ...entries,
    text('', 180 - 128 - 4 - 36),
    name,
    point,
    curve,
  ])
  bytes.writeUInt32BE(bytes.length, 0)
  return pngChunk('iCCP', Buffer.concat([Buffer.from('grey\0\0', 'latin1'), deflateSync(bytes)]))
}
