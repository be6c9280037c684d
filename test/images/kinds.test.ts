import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { codec, decodeImage, hasEnd, isUnfinished } from '../../src/images'
import { labelColor, type PortType, pngChunk, readValue, type Segmentation } from '../../src/types'
import { temporaryFolder } from '../nodes/pictures'

/** 2×2 pixels with 16 bits per channel. */
async function deep(channels: 1 | 3 | 4, format: 'png' | 'tiff'): Promise<{ bytes: Buffer; numbers: number[] }> {
  const numbers = Array.from({ length: 4 * channels }, (_, i) => (channels === 4 && i % 4 === 3 ? 65535 : 7 + 411 * i))
  const raw = { width: 2, height: 2, channels }
  const pixels = sharp(Uint16Array.from(numbers), { raw }).toColourspace(channels === 1 ? 'grey16' : 'rgb16')
  return { bytes: await pixels.toFormat(format, { compression: 'lzw' } as object).toBuffer(), numbers }
}

/** A little-endian TIFF with 2×1 values. */
function tiff(bits: number, sampleFormat: number, write: (at: Buffer) => void, subfile = 0): Buffer {
  const tags: [tag: number, type: number, value: number][] = [
    [254, 4, subfile],
    [256, 3, 2],
    [257, 3, 1],
    [258, 3, bits],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8 + 2 + 12 * 11 + 4],
    [277, 3, 1],
    [278, 3, 1],
    [279, 4, bits / 4],
    [339, 3, sampleFormat],
  ]
  const head = Buffer.from('49492a0008000000', 'hex')
  const directory = Buffer.alloc(2 + 12 * tags.length + 4)
  directory.writeUInt16LE(tags.length)
  for (const [i, [tag, type, value]] of tags.entries()) {
    directory.writeUInt16LE(tag, 2 + 12 * i)
    directory.writeUInt16LE(type, 4 + 12 * i)
    directory.writeUInt32LE(1, 6 + 12 * i)
    directory.writeUInt32LE(value, 10 + 12 * i)
  }
  const data = Buffer.alloc(bits / 4)
  write(data)
  return Buffer.concat([head, directory, data])
}

const floats = (a: number, b: number) =>
  tiff(32, 3, (at) => {
    at.writeFloatLE(a)
    at.writeFloatLE(b, 4)
  })

/** A copy of a profile with the primaries of Adobe RGB. */
function widened(profile: Buffer): Buffer {
  const copy = Buffer.from(profile)
  const primaries = {
    rXYZ: [0.60974, 0.31111, 0.01947],
    gXYZ: [0.20528, 0.62567, 0.06087],
    bXYZ: [0.14919, 0.06322, 0.74457],
  }
  for (const [tag, values] of Object.entries(primaries)) {
    const at = copy.readUInt32BE(copy.indexOf(tag, 128) + 4)
    for (const [i, value] of values.entries()) copy.writeInt32BE(Math.round(value * 65_536), at + 8 + 4 * i)
  }
  return copy
}

describe('pictures of more than 8 bits', () => {
  for (const format of ['png', 'tiff'] as const) {
    for (const channels of [1, 3, 4] as const) {
      it(`keep their numbers when asked: ${format}, ${channels} channels`, async () => {
        const { bytes, numbers } = await deep(channels, format)
        const image = await decodeImage(bytes, { numbers: true })
        assert.deepEqual([image.channels, Array.from(image.data)], [channels, numbers])
        assert.deepEqual(image.range, [0, Math.max(...numbers)])
        assert.equal((await decodeImage(bytes)).range, undefined)
      })
    }
  }

  for (const profile of ['srgb', 'p3'])
    for (const format of ['png', 'tiff'] as const)
      it(`have their colours where they carry a colour profile: ${format}, ${profile}`, async () => {
        const colors = [220, 40, 40, 255, 40, 200, 60, 255, 40, 60, 210, 255, 128, 128, 128, 0]
        for (const channels of [3, 4] as const) {
          const given = colors.filter((_, i) => i % 4 < channels)
          const bytes = await sharp(Uint8Array.from(given), { raw: { width: 2, height: 2, channels } })
            .withIccProfile(profile)
            .toColourspace('rgb16')
            .toFormat(format, { compression: 'lzw' } as object)
            .toBuffer()
          assert.equal((await sharp(bytes).metadata()).depth, 'ushort')
          const { data } = await decodeImage(bytes)
          assert.ok(
            given.every((value, i) => Math.abs(value - (data[i] as number)) <= 2),
            `${data} instead of ${given}`,
          )
          // Numeric values aren't colours, so the colour profile isn't applied.
          const stored = await sharp(bytes, { ignoreIcc: true })
            .toColourspace('rgb16')
            .raw({ depth: 'ushort' })
            .toBuffer()
          const numbers = Array.from({ length: stored.length / 2 }, (_, i) => stored.readUInt16LE(2 * i))
          assert.deepEqual(Array.from((await decodeImage(bytes, { numbers: true })).data), numbers)
        }
      })

  it('have the colours of the same picture of 8 bits where their profile is wider than sRGB and Display P3', async () => {
    const steps = [0, 51, 102, 153, 204, 255]
    const given = steps.flatMap((r) => steps.flatMap((g) => steps.flatMap((b) => [r, g, b])))
    const raw = { width: 36, height: 6, channels: 3 } as const
    const p3 = await sharp(Uint8Array.from(given), { raw }).withIccProfile('p3').png().toBuffer()
    const icc = Buffer.from((await sharp(p3).metadata()).icc as Buffer)
    const wide = widened(icc)
    const profile = (icc: Buffer) => pngChunk('iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(icc)]))
    const png = async (pixels: Uint8Array | Uint16Array, space: string, chunk: Uint8Array) => {
      const bytes = await sharp(pixels, { raw }).toColourspace(space).png().toBuffer()
      return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)])
    }
    const deep = Uint16Array.from(given, (value) => 257 * value)
    const shallow = await decodeImage(await png(Uint8Array.from(given), 'srgb', profile(wide)))
    assert.notDeepEqual([...shallow.data], given)
    const { data } = await decodeImage(await png(deep, 'rgb16', profile(wide)))
    const off = given.map((_, i) => Math.abs((data[i] as number) - (shallow.data[i] as number)))
    assert.ok(Math.max(...off) <= 3, `off by ${Math.max(...off)}`)
    // A profile that can't be used changes nothing.
    const damaged = Buffer.from(wide)
    damaged.writeUInt32BE(0x7fffffff, 136)
    const kept = await decodeImage(await png(deep, 'rgb16', profile(damaged)))
    assert.ok(given.every((value, i) => Math.abs(value - (kept.data[i] as number)) <= 2))
  })

  it('with 8 bits have no other values', async () => {
    const bytes = await sharp(Uint8Array.of(1, 2, 3), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer()
    assert.deepEqual([...(await decodeImage(bytes, { numbers: true })).data], [1, 2, 3])
  })

  it('are shades if they are floats from 0 to 1, and refused if nobody knows their range', async () => {
    const shades = await decodeImage(floats(0.25, 1))
    assert.deepEqual(
      [Array.from(shades.data), shades.range],
      [
        [0.25, 1],
        [0, 1],
      ],
    )
    const metres = floats(0.5, 9.5)
    await assert.rejects(decodeImage(metres), /^Error: the TIFF contains numbers from 0 to 9.5, without saying which/)
    assert.deepEqual(Array.from((await decodeImage(metres, { numbers: true })).data), [0.5, 9.5])
    const signed = tiff(16, 2, (at) => at.writeInt16LE(-5))
    await assert.rejects(decodeImage(signed), /numbers of the type "short"/)
  })
})

describe('what can’t be read', () => {
  const text = (latin: string) => Buffer.concat([Buffer.from(latin, 'latin1'), Buffer.alloc(40)])
  const named: [what: string, bytes: Buffer, sentence: RegExp][] = [
    ['HEIC', text('\0\0\0\x18ftypheic'), /HEIC photo, as iPhones take them.*save it as JPEG.*Most Compatible/],
    ['HEIC of several pictures', text('\0\0\0\x18ftyphevc'), /HEIC photo/],
    ['MP4', text('\0\0\0\x18ftypisom'), /is a video: give its path to an images node/],
    ['QuickTime', text('\0\0\0\x14ftypqt  '), /is a video/],
    ['WebM', text('\x1aE\xdf\xa3'), /is a video/],
    ['AVI', text('RIFF\x10\0\0\0AVI LIST'), /is a video/],
    ['BMP', text('BM\x36\x10\0\0\0\0\0\0'), /is a BMP, which cannot be read: save it as JPEG or PNG first/],
    ['JPEG XL', text('\0\0\0\x0cJXL \r\n\x87\n'), /JPEG XL/],
    ['JPEG 2000', text('\0\0\0\x0cjP  \r\n\x87\n'), /JPEG 2000/],
    ['Photoshop', text('8BPS\0\x01'), /Photoshop/],
    ['OpenEXR', text('v/1\x01'), /OpenEXR/],
    ['an icon file', text('\0\0\x01\0\x01\0'), /icon/],
    ['a Targa picture', text('\0\0\x02\0\0\0\0\0\0\0'), /Targa/],
    ['sound', text('\0\0\0\x1cftypM4A \0'), /sound file/],
    ['PNM', text('P6\n2 2\n255\n'), /PNM/],
    ['PDF', text('%PDF-1.7\n'), /PDF: save its pages as PNG/],
    ['CR2', text('II*\0\x10\0\0\0CR\x02\0'), /camera's raw file/],
    ['CR3', text('\0\0\0\x18ftypcrx '), /camera's raw file/],
    ['RAF', text('FUJIFILMCCD-RAW 0201'), /camera's raw file/],
    ['DNG, NEF and ARW', tiff(8, 1, () => {}, 1), /camera's raw file/],
  ]
  for (const [what, bytes, sentence] of named) {
    it(`is named: ${what}`, () => assert.rejects(decodeImage(bytes), sentence))
  }

  it('is named: bytes of an animated AVIF', () =>
    assert.rejects(
      decodeImage(text('\0\0\0\x1cftypavis\0\0\0\0avismsf1miaf')),
      /is an animated AVIF: give its path to an images node/,
    ))

  it('isn’t a TIFF whose first page is the full picture', async () =>
    assert.equal(`${await decodeImage(tiff(8, 1, () => {}))}`, 'image 2×1 RGB'))
})

describe('label maps of more than 8 bits', () => {
  const labels = Array.from({ length: 300 }, (_, id) => `label ${id}`)
  for (const format of ['png', 'tiff'] as const)
    it(`keep their ids: ${format}`, async () => {
      const ids = Uint16Array.from([0, 1, 2, 255, 256, 299])
      const pixels = sharp(ids, { raw: { width: 3, height: 2, channels: 1 } }).toColourspace('grey16')
      const bytes = await pixels.toFormat(format, { compression: 'lzw' } as object).toBuffer()
      const read = async (count: number) => {
        const type: PortType = { type: 'segmentation', labels: labels.slice(0, count) }
        return (await readValue(type, bytes, 'map', { ...codec, readsLabels: true })) as Segmentation
      }
      assert.deepEqual([...(await read(300)).data], [...ids])
      await assert.rejects(read(256), /has the value 256, which isn't the id of any of the 256 labels/)
    })
})

describe('pictures of label ids', () => {
  const [width, height] = [24, 16]
  const ids = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 12 ? 0 : i < 200 ? 3 : 11))
  const labels = Array.from({ length: 12 }, (_, id) => `label ${id}`)
  const grey = sharp(ids, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
  const read = async (bytes: Uint8Array) => {
    const type: PortType = { type: 'segmentation', labels }
    return [...((await readValue(type, bytes, 'map', { ...codec, readsLabels: true })) as Segmentation).data]
  }

  /** A PNG with 8 bits of the given colour type. */
  const png = (colorType: number, pixels: Uint8Array, ...chunks: Uint8Array[]) => withBits(8, colorType, pixels, chunks)
  const withBits = (bits: number, colorType: number, pixels: Uint8Array, chunks: Uint8Array[] = []) => {
    const header = Buffer.from([0, 0, 0, width, 0, 0, 0, height, bits, colorType, 0, 0, 0])
    const step = pixels.length / height
    const rows = Array.from({ length: height }, (_, y) =>
      Buffer.concat([Buffer.from([0]), pixels.subarray(y * step, (y + 1) * step)]),
    )
    const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
    const data = pngChunk('IDAT', deflateSync(Buffer.concat(rows)))
    return Buffer.concat([signature, pngChunk('IHDR', header), ...chunks, data, pngChunk('IEND', Buffer.alloc(0))])
  }
  /** The ids with this many bits each. */
  const packed = (bits: number, given = ids) =>
    Uint8Array.from({ length: (given.length * bits) / 8 }, (_, byte) =>
      Array.from({ length: 8 / bits }, (_, i) => given[(byte * 8) / bits + i] as number).reduce(
        (sum, id) => (sum << bits) | id,
        0,
      ),
    )
  const rgb16 = (values: ArrayLike<number>) => {
    const data = Uint16Array.from({ length: 3 * values.length }, (_, i) => values[Math.floor(i / 3)] as number)
    return sharp(data, { raw: { width, height, channels: 3 } }).toColourspace('rgb16')
  }
  const palette = (colors: number[][]) => pngChunk('PLTE', Buffer.from(colors.flat()))
  /** The first colours of PASCAL VOC. */
  const voc = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((high) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((low) => [0, 1, 2].map((k) => (((low >> k) & 1) << 7) | (((high >> k) & 1) << 6))),
  )
  const repeated = (times: number, alpha?: (id: number) => number) =>
    Uint8Array.from({ length: ids.length * times }, (_, i) => {
      const id = ids[Math.floor(i / times)] as number
      return alpha && i % times === times - 1 ? alpha(id) : id
    })

  const kinds: [what: string, bytes: () => Uint8Array | Promise<Uint8Array>][] = [
    ['one channel', () => grey.clone().png().toBuffer()],
    ['one channel of a TIFF', () => grey.clone().tiff({ compression: 'lzw' }).toBuffer()],
    ['one channel and a profile', () => grey.clone().withIccProfile('p3').png().toBuffer()],
    ['three equal channels', () => png(2, repeated(3))],
    [
      'grey and what is transparent',
      () =>
        png(
          4,
          repeated(2, (id) => (id > 0 ? 255 : 0)),
        ),
    ],
    ['grey in lossless WebP', () => grey.clone().webp({ lossless: true }).toBuffer()],
    ['three equal channels of 16 bits', () => rgb16(ids).png().toBuffer()],
    ['the same as TIFF', () => rgb16(ids).tiff({ compression: 'lzw' }).toBuffer()],
    [
      'bytes repeated to 16 bits',
      () =>
        rgb16(Uint16Array.from(ids, (id) => 257 * id))
          .png()
          .toBuffer(),
    ],
    [
      'three equal channels of lossless WebP',
      () => grey.clone().toColourspace('srgb').webp({ lossless: true }).toBuffer(),
    ],
    ['the palette of PASCAL VOC', () => png(3, ids, palette(voc))],
    ['only its first colours', () => png(3, ids, palette(voc.slice(0, 12)))],
    ['that palette, partly transparent', () => png(3, ids, palette(voc), pngChunk('tRNS', Buffer.from([0])))],
    [
      'a palette of the labels’ colours, in any order',
      () => {
        const shuffled = labels.map((_, id) => [...labelColor((id * 5) % 12)])
        const order = ids.map((id) => labels.findIndex((_, i) => (i * 5) % 12 === id))
        return png(3, order, palette(shuffled))
      },
    ],
  ]
  for (const [what, bytes] of kinds)
    it(`are read: ${what}`, async () => assert.deepEqual(await read(await bytes()), [...ids]))

  it('are refused if their palette tells nothing, or compression has changed them', async () => {
    const foreign = labels.map((_, id) => [255 - 9 * id, 100, 9 * id])
    await assert.rejects(read(png(3, ids, palette(foreign))), /isn't in the colours of the 12 labels/)
    // Programs that leave out unused colours give the others new indexes.
    const few = [voc[0], voc[3], voc[11]] as number[][]
    const reordered = ids.map((id) => [0, 3, 11].indexOf(id))
    await assert.rejects(read(png(3, reordered, palette(few))), /isn't in the colours/)
    const colored = grey.clone().toColourspace('srgb')
    for (const changed of [
      grey.clone().jpeg(),
      colored.clone().jpeg(),
      colored.clone().webp({ quality: 100 }),
      grey.clone().tiff({ compression: 'jpeg' }),
      colored.clone().tiff({ compression: 'jpeg' }),
    ])
      await assert.rejects(read(await changed.toBuffer()), /its compression changes label ids: save it as PNG/)
    const inverted = tiff(8, 1, () => {})
    inverted.writeUInt16LE(0, inverted.indexOf(Buffer.from([6, 1, 3, 0])) + 8)
    await assert.rejects(read(inverted), /the TIFF stores white as 0, which inverts label ids/)
  })

  it('of few bits are read', async () => {
    for (const bits of [1, 2, 4]) {
      const some = ids.map((id) => id % 2 ** bits)
      assert.deepEqual(await read(withBits(bits, 0, packed(bits, some))), [...some])
    }
  })

  it('may be black only, in the colour of the first label, with any compression', async () => {
    const black = sharp({ create: { width, height, channels: 3, background: '#000' } })
    for (const kept of [black.clone().jpeg(), black.clone().webp()])
      assert.deepEqual(await read(await kept.toBuffer()), Array(ids.length).fill(0))
  })

  it('of 16 bits may be greater than 255 in three equal channels', async () => {
    const many = Array.from({ length: 600 }, (_, id) => `label ${id}`)
    const given = Array.from({ length: width * height }, (_, i) => 200 + i)
    const read = await readValue({ type: 'segmentation', labels: many }, await rgb16(given).png().toBuffer(), 'map', {
      ...codec,
      readsLabels: true,
    })
    assert.deepEqual([...(read as Segmentation).data], given)
  })
})

describe('a file that is still being written', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())
  it('may be unreadable for others until it is complete', async function () {
    if (process.platform === 'win32') this.skip()
    const path = join(folder.path, 'kept.png')
    writeFileSync(path, 'x', { mode: 0 })
    chmodSync(folder.path, 0o755)
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534) // root can read every file
    const error = await decodeImage({ path })
      .catch((error: Error) => error)
      .finally(() => isRoot && process.seteuid?.(0))
    assert.match(String(error), /kept\.png is not accessible to the user Node-RED runs as/)
    assert.equal(isUnfinished(error), true)
  })

  it('isn’t complete yet, although frames could be read', async () => {
    const stills = await Promise.all(
      ['#f00', '#0f0', '#00f'].map((background) =>
        sharp({ create: { width: 40, height: 40, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    )
    const moving = sharp(stills, { join: { animated: true } })
    const files = [await moving.clone().gif().toBuffer(), await moving.clone().webp().toBuffer(), stills[0] as Buffer]
    for (const bytes of files) {
      const path = join(folder.path, 'a')
      for (const part of [0.3, 0.7, 0.97]) {
        writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * part)))
        assert.equal(await hasEnd(path), false)
      }
      writeFileSync(path, bytes)
      assert.equal(await hasEnd(path), true)
    }
  })
})
