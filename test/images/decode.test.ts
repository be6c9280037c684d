import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { counts, decodeImage, type Frames, framesOf } from '../../src/images'
import { pngHeader } from './png'

const RED = { r: 255, g: 0, b: 0 }

/** 6×4 pixels, left half red, right half blue. */
function halves() {
  const row = [...Array(3).fill([255, 0, 0]), ...Array(3).fill([0, 0, 255])].flat()
  const data = Uint8Array.from([...row, ...row, ...row, ...row])
  return sharp(data, { raw: { width: 6, height: 4, channels: 3 } })
}

function near(actual: ArrayLike<number>, wanted: number[], tolerance: number) {
  assert.equal(actual.length, wanted.length)
  for (let i = 0; i < wanted.length; i++) {
    const [a, w] = [actual[i] as number, wanted[i] as number]
    assert.ok(Math.abs(a - w) <= tolerance, `number ${i} is ${a}, not ${w} ± ${tolerance}`)
  }
}

/** An 8×8 GIF with this many identical frames of 256 bytes when decoded. */
function manyFrames(count: number): Buffer {
  const header = Buffer.from('474946383961080008008000004c6971000000', 'hex')
  const frame = Buffer.from('21f90405000000002c00000000080008000002078c8fa9cbed5d0000', 'hex')
  return Buffer.concat([header, ...Array(count).fill(frame), Buffer.from(';')])
}

describe('decodeImage', () => {
  for (const format of ['png', 'webp', 'tiff', 'gif'] as const) {
    it(`reads ${format}`, async () => {
      const encoded = await halves().toFormat(format, { lossless: true }).toBuffer()
      const image = await decodeImage(encoded)
      assert.deepEqual([image.width, image.height, image.channels], [6, 4, format === 'gif' ? 4 : 3])
      near(image.data.subarray(0, 3), [255, 0, 0], 8)
      near(image.data.subarray(5 * image.channels, 5 * image.channels + 3), [0, 0, 255], 8)
    })
  }

  it('reads a JPEG from a file path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-'))
    try {
      const path = join(folder, 'ré d.jpg')
      writeFileSync(
        path,
        await sharp({ create: { width: 20, height: 10, channels: 3, background: RED } })
          .jpeg()
          .toBuffer(),
      )
      const image = await decodeImage({ path })
      assert.deepEqual([image.width, image.height, image.channels], [20, 10, 3])
      near(image.data.subarray(0, 3), [254, 0, 0], 2)
      await assert.rejects(
        decodeImage({ path: join(folder, 'gone.jpg') }),
        /^Error: there is no picture file .*gone\.jpg$/,
      )
      writeFileSync(path, '')
      await assert.rejects(decodeImage({ path }), /picture/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('rotates a photo by its EXIF orientation', async () => {
    const turned = await halves().keepMetadata().withMetadata({ orientation: 6 }).png().toBuffer()
    const image = await decodeImage(turned)
    assert.deepEqual([image.width, image.height], [4, 6])
    near(image.data.subarray(0, 3), [255, 0, 0], 0)
    near(image.data.subarray(image.data.length - 3), [0, 0, 255], 0)
  })

  it('reads CMYK as RGB', async () => {
    const image = await decodeImage(
      await sharp({ create: { width: 8, height: 8, channels: 3, background: RED } })
        .toColourspace('cmyk')
        .jpeg()
        .toBuffer(),
    )
    assert.equal(image.channels, 3)
    const [red, green, blue] = image.data as unknown as [number, number, number]
    assert.ok(red > 200 && green < 30 && blue < 30, `${red} ${green} ${blue}`)
  })

  it('reads 16 bits per channel as 8', async () => {
    const grey = await sharp(Uint16Array.from([0, 257 * 100, 65535, 257 * 7]), {
      raw: { width: 2, height: 2, channels: 1 },
    })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    assert.equal((await sharp(grey).metadata()).depth, 'ushort')
    const image = await decodeImage(grey)
    assert.deepEqual([...image.data], [0, 0, 0, 100, 100, 100, 255, 255, 255, 7, 7, 7])
  })

  it('keeps the single channel of a grey picture on request', async () => {
    const levels = Uint8Array.of(0, 1, 2, 255)
    for (const format of ['png', 'webp'] as const) {
      const grey = await sharp(levels, { raw: { width: 2, height: 2, channels: 1 } })
        .toColourspace('b-w')
        .toFormat(format, { lossless: true })
        .toBuffer()
      const isGrey = (await sharp(grey).metadata()).channels === 1
      const image = await decodeImage(grey, { grey: true })
      assert.deepEqual(
        [image.channels, [...image.data].filter((_, i) => i % image.channels === 0)],
        [isGrey ? 1 : 3, [...levels]],
      )
      assert.equal((await decodeImage(grey)).channels, 3)
    }
    const colored = await sharp({ create: { width: 1, height: 1, channels: 3, background: RED } })
      .png()
      .toBuffer()
    assert.equal((await decodeImage(colored, { grey: true })).channels, 3)
  })

  it('reads the first frame of an animation', async () => {
    const colors = [RED, { r: 0, g: 0, b: 255 }]
    const stills = colors.map((background) =>
      sharp({ create: { width: 5, height: 4, channels: 3, background } })
        .png()
        .toBuffer(),
    )
    const frames = await sharp(await Promise.all(stills), { join: { animated: true } })
      .gif()
      .toBuffer()
    assert.equal((await sharp(frames).metadata()).pages, 2)
    const image = await decodeImage(frames)
    assert.deepEqual([image.width, image.height], [5, 4])
    near(image.data.subarray(0, 3), [255, 0, 0], 3)
  })

  describe('the part that no frame of a GIF covers', () => {
    /** A GIF of 4×3 pixels. */
    const gif = (...frames: number[][]) =>
      Buffer.from([
        ...[...Buffer.from('GIF89a'), 4, 0, 3, 0, 0x91, 0, 0],
        ...[200, 0, 0, 0, 200, 0, 0, 0, 200, 255, 255, 255],
        ...[0x21, 0xfe, 3, ...Buffer.from('hey'), 0], // a comment
        ...[...frames.flat(), 0x3b],
      ])
    /** A frame of one colour, one pixel high. @param transparent the index of the transparent colour */
    const row = (color: number, left: number, top: number, width: number, transparent?: number, disposal = 2) => {
      // Three bits each: the clear code before each pixel, and the end code last.
      const bits = [...Array.from({ length: width }, () => [4, color]).flat(), 5]
        .flatMap((code) => [code & 1, (code >> 1) & 1, code >> 2])
        .join('')
      const bytes = bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt([...byte].reverse().join(''), 2)) ?? []
      const control = [0x21, 0xf9, 4, (disposal << 2) | (transparent === undefined ? 0 : 1), 10, 0, transparent ?? 0, 0]
      return [...control, 0x2c, left, 0, top, 0, width, 0, 1, 0, 0, 2, bytes.length, ...bytes, 0]
    }
    const pixels = ({ data, channels }: { data: ArrayLike<number>; channels: number }, row: number) =>
      Array.from({ length: 4 }, (_, x) =>
        Array.from(data).slice((row * 4 + x) * channels, (row * 4 + x + 1) * channels),
      )
    const clear = [0, 0, 0, 0]
    const [red, green] = [
      [200, 0, 0, 255],
      [0, 200, 0, 255],
    ] as const

    it('is transparent, as in a browser', async () => {
      for (const image of [
        await decodeImage(gif(row(0, 1, 1, 2))),
        await decodeImage(gif(row(0, 1, 1, 2), row(1, 0, 0, 4))),
        await decodeImage(gif(row(0, 1, 1, 2, 3))),
      ]) {
        assert.deepEqual([image.width, image.height, image.channels], [4, 3, 4])
        assert.deepEqual(
          [0, 1, 2].map((y) => pixels(image, y)),
          [Array(4).fill(clear), [clear, red, red, clear], Array(4).fill(clear)],
        )
      }
    })

    it('also in a file, and in later frames', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'decode-'))
      try {
        const path = join(folder, 'a.gif')
        writeFileSync(path, gif(row(0, 1, 1, 2), row(1, 0, 0, 4)))
        assert.deepEqual(pixels(await decodeImage({ path }), 1), [clear, red, red, clear])
        const found = await framesOf(path, { rate: 0, signal: new AbortController().signal })
        assert.equal(found?.count, 2)
        const all: unknown[] = []
        for await (const frame of (found as Frames).frames()) all.push(pixels(frame, 0))
        assert.deepEqual(all, [Array(4).fill(clear), Array(4).fill(green)])
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

    /** The pixels of each frame of a canvas one pixel high. */
    const rows = async (...frames: number[][]) => {
      const folder = mkdtempSync(join(tmpdir(), 'decode-'))
      try {
        const path = join(folder, 'a.gif')
        const low = gif(...frames)
        low[8] = 1
        writeFileSync(path, low)
        const found = await framesOf(path, { rate: 0, signal: new AbortController().signal })
        const all: unknown[] = []
        for await (const frame of (found as Frames).frames()) all.push(pixels(frame, 0))
        return all
      } finally {
        rmSync(folder, { recursive: true })
      }
    }
    const [ERASED, UNDONE, KEPT] = [2, 3, 1]

    it('is also left by an erased frame', async () => {
      const ends = [clear, green, green, clear]
      const first = Array(4).fill(red)
      assert.deepEqual(await rows(row(0, 0, 0, 4, undefined, ERASED), row(1, 1, 0, 2)), [first, ends])
    })

    it('is empty if a frame covers the erased part, or is drawn over the previous one', async () => {
      const [opaque, over] = [
        [200, 0, 0],
        [0, 200, 0],
      ]
      const first = Array(4).fill(opaque)
      assert.deepEqual(await rows(row(0, 0, 0, 4, undefined, ERASED), row(1, 0, 0, 4)), [first, Array(4).fill(over)])
      const kept = [opaque, over, over, opaque]
      assert.deepEqual(await rows(row(0, 0, 0, 4, undefined, KEPT), row(1, 1, 0, 2)), [first, kept])
      const undone = await rows(row(0, 0, 0, 4, undefined, KEPT), row(1, 1, 0, 2, undefined, UNDONE), row(2, 0, 0, 1))
      assert.deepEqual(undone, [first, kept, [[0, 0, 200], opaque, opaque, opaque]])
    })

    it('doesn’t exist if the first frame covers everything', async () => {
      const low = gif(row(2, 0, 0, 4))
      low[8] = 1
      const image = await decodeImage(low)
      assert.deepEqual([image.height, pixels(image, 0)], [1, Array(4).fill([0, 0, 200])])
    })
  })

  it('needs no memory for the many frames of a small GIF', async () => {
    const memory = process.memoryUsage().rss
    const image = await decodeImage(manyFrames(100_000))
    assert.equal(`${image}`, 'image 8×8 RGBA')
    assert.ok(process.memoryUsage().rss - memory < 50e6)
  })

  it('keeps transparency', async () => {
    const image = await decodeImage(
      await sharp({ create: { width: 2, height: 1, channels: 4, background: { ...RED, alpha: 0.5 } } })
        .png()
        .toBuffer(),
    )
    assert.deepEqual([...image.data], [255, 0, 0, 128, 255, 0, 0, 128])
  })

  it('reads grey with transparency as RGBA', async () => {
    const grey = await sharp({
      create: { width: 1, height: 1, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
    })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    assert.equal((await decodeImage(grey)).channels, 4)
  })

  it('reads a picture of one pixel', async () => {
    const image = await decodeImage(
      await sharp({ create: { width: 1, height: 1, channels: 3, background: RED } })
        .png()
        .toBuffer(),
    )
    assert.deepEqual([...image.data], [255, 0, 0])
  })

  it('says what to do about complete pictures of an unsupported kind, not that they are damaged', async () => {
    await assert.rejects(decodeImage(tiff(8, 3)), /^Error: the data is of a kind that cannot be read: save it as RGB/)
  })

  it('refuses a truncated picture', async () => {
    const noise = {
      width: 64,
      height: 64,
      channels: 3 as const,
      noise: { type: 'gaussian' as const, mean: 128, sigma: 40 },
      background: RED,
    }
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const whole = await sharp({ create: noise }).toFormat(format).toBuffer()
      for (const part of [0.02, 0.5, 0.9]) {
        const cut = whole.subarray(0, Math.max(20, Math.round(whole.length * part)))
        await assert.rejects(decodeImage(cut), /damaged|ends too early|not a picture/, `${format} cut at ${part}`)
      }
    }
  })

  it('refuses anything but a picture, in one sentence', async () => {
    await assert.rejects(decodeImage(Buffer.alloc(0)), { message: 'the picture is empty' })
    for (const text of ['hello', '{"a":1}', '<html></html>']) {
      await assert.rejects(decodeImage(Buffer.from(text)), {
        message: "the data isn't a picture that Daisychain can read (JPEG, PNG, WebP, GIF, TIFF or AVIF)",
      })
    }
    await assert.rejects(
      decodeImage(Buffer.from('<svg width="9" height="9" xmlns="http://www.w3.org/2000/svg"/>')),
      /SVG drawing/,
    )
  })

  it('never passes a drawing to the decoder, not even compressed or from a file', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY e SYSTEM "file:///etc/passwd">]>
      <svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/><text>&b;&e;</text></svg>`
    for (const encoding of ['utf8', 'utf16le'] as const)
      for (const before of ['', '\ufeff', `<?xml version="1.0"?>\n<!-- ${'made by hand '.repeat(100)}-->\n`])
        await assert.rejects(decodeImage(Buffer.from(`${before}<svg width="9"/>`, encoding)), /SVG drawing/)
    await assert.rejects(decodeImage(Buffer.from(bomb)), /SVG drawing/)
    const memory = process.memoryUsage().rss
    const packed = gzipSync(Buffer.alloc(100e6, '<svg xmlns="http://www.w3.org/2000/svg">'))
    await assert.rejects(decodeImage(packed), /^Error: the data isn't a picture/)
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-'))
    try {
      const path = join(folder, 'a.png')
      writeFileSync(path, packed)
      await assert.rejects(decodeImage({ path }), /a\.png isn't a picture/)
      writeFileSync(path, bomb)
      await assert.rejects(decodeImage({ path }), /SVG drawing/)
      await assert.rejects(decodeImage({ path: folder }), /is a folder: choose a picture file/)
    } finally {
      rmSync(folder, { recursive: true })
    }
    assert.ok(process.memoryUsage().rss - memory < 150e6, 'nothing was unpacked')
  })

  it('refuses a header that claims too many pixels, before decoding', async () => {
    const memory = process.memoryUsage().rss
    await assert.rejects(decodeImage(pngHeader(20_000, 20_000)), {
      message: 'the PNG is 20000×20000 pixels, more than the 100 megapixels allowed: make it smaller first',
    })
    assert.ok(process.memoryUsage().rss - memory < 200e6)
    await assert.rejects(decodeImage(await halves().png().toBuffer(), { maxPixels: 20 }), /6×4 pixels/)
  })

  it('counts decoded pictures', async () => {
    const encoded = await halves().png().toBuffer()
    const before = counts.decoded
    await decodeImage(encoded)
    assert.equal(counts.decoded, before + 1)
  })
})

/** A TIFF of 2×1 pixels in CIE Lab, with this many bits per channel. */
function tiff(bits: number, channels: number): Buffer {
  const entries: [tag: number, type: 3 | 4, value: number][] = [
    [256, 3, 2], // width
    [257, 3, 1], // height
    [258, 3, bits],
    [259, 3, 1], // not compressed
    [262, 3, 8], // CIE Lab
    [273, 4, 8], // the position of the pixels
    [277, 3, channels],
    [278, 3, 1],
    [279, 4, 2 * channels],
  ]
  const pixels = Buffer.alloc(2 * channels + ((2 * channels) % 2), 100)
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])
  head.writeUInt32LE(head.length + pixels.length, 4)
  const count = Buffer.alloc(2)
  count.writeUInt16LE(entries.length)
  const rows = entries.map(([tag, type, value]) => {
    const row = Buffer.alloc(12)
    row.writeUInt16LE(tag, 0)
    row.writeUInt16LE(type, 2)
    row.writeUInt32LE(1, 4)
    row.writeUInt32LE(value, 8)
    return row
  })
  return Buffer.concat([head, pixels, count, ...rows, Buffer.alloc(4)])
}
