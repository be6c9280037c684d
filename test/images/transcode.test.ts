import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { codec, encodeImage, transcode } from '../../src/images'
import { type Image, readValue } from '../../src/types'

const [WIDTH, HEIGHT] = [2000, 1200]
/** With a few thousand colours, so that nothing is equal by chance. */
const picture = (channels: 3 | 4 = 3, width = WIDTH) => {
  const data = Buffer.alloc(width * HEIGHT * channels)
  for (let i = 0; i < data.length; i++) data[i] = (i * 7 + (i >> 9) * 3) & 0xff
  return sharp(data, { raw: { width, height: HEIGHT, channels } })
}

/** The usual way: through memory. */
const inMemory = async (value: unknown, how: { format: 'png' | 'jpeg' | 'webp'; quality: number; xmp?: string }) =>
  encodeImage((await readValue({ type: 'image' }, value, 'p', codec)) as Image, how.format, how.quality, how.xmp)

/** Everything but the resolution, which only this way keeps. */
async function contentOf(file: Buffer) {
  const { width, height, channels, depth, hasProfile, orientation, xmpAsString } = await sharp(file).metadata()
  const pixels = await sharp(file).raw().toBuffer()
  return { facts: { width, height, channels, depth, hasProfile, orientation, xmpAsString }, pixels }
}

describe('transcode', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-transcode-'))
  after(() => rmSync(folder, { recursive: true }))
  const place = async () => join(folder, 'made')
  const target = join(folder, 'target')

  const kinds: Record<string, () => Promise<Buffer>> = {
    'a photograph': () => picture().jpeg().toBuffer(),
    'a grey photograph': () => picture().greyscale().toColourspace('b-w').jpeg().toBuffer(),
    'a photograph taken upright': () => picture().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'a photograph with a colour profile': () => picture().withIccProfile('p3').jpeg().toBuffer(),
    'a photograph with a resolution': () => picture().withMetadata({ density: 300 }).jpeg().toBuffer(),
    'a PNG with transparency': () => picture(4).png().toBuffer(),
    'a PNG with a palette': () => picture().png({ palette: true, colours: 16, effort: 1 }).toBuffer(),
    'a WebP': () => picture().webp({ effort: 0 }).toBuffer(),
    'a GIF': () => picture().gif({ effort: 1, colours: 16 }).toBuffer(),
  }
  for (const [kind, make] of Object.entries(kinds))
    it(`makes the same of ${kind} as in memory`, async function () {
      this.timeout(20_000)
      const value = await make()
      for (const format of ['png', 'jpeg'] as const) {
        const how = { format, quality: 80, xmp: '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>' }
        const put = await transcode(value, place, how)
        await put?.(target)
        const [made, wanted] = [await contentOf(readFileSync(target)), await contentOf(await inMemory(value, how))]
        assert.deepEqual(made.facts, wanted.facts)
        assert.ok(made.pixels.equals(wanted.pixels), format)
        rmSync(target)
      }
    })

  it('converts files, data URIs, and to WebP', async () => {
    const value = await picture().jpeg().toBuffer()
    const how = { format: 'webp', quality: 1, xmp: undefined } as const
    const wanted = await inMemory(value, how)
    const path = join(folder, 'photo.jpg')
    writeFileSync(path, value)
    for (const given of [path, `data:image/jpeg;base64,${value.toString('base64')}`]) {
      await (await transcode(given, place, how))?.(target)
      assert.ok(readFileSync(target).equals(wanted))
      rmSync(target)
    }
  })

  it('leaves to memory whatever it cannot do or nobody can', async () => {
    const photo = await picture().jpeg().toBuffer()
    const image = (await readValue({ type: 'image' }, photo, 'p', codec)) as Image
    const left: Record<string, unknown> = {
      'a small picture': await picture(3, 1000).jpeg().toBuffer(),
      'a decoded picture': image,
      '16 bits': await picture().toColourspace('rgb16').png().toBuffer(),
      'inks without a profile': await picture().toColourspace('cmyk').jpeg().toBuffer(),
      'half a photograph': photo.subarray(0, photo.length / 2),
      'a file that is missing': join(folder, 'missing.jpg'),
      'an address': 'https://example.org/cat.jpg',
      'no picture': 7,
    }
    for (const [what, value] of Object.entries(left))
      assert.equal(await transcode(value, place, { format: 'png', quality: 80, xmp: undefined }), null, what)
    const wide = await sharp({ create: { width: 17_000, height: 200, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer()
    assert.equal(await transcode(wide, place, { format: 'webp', quality: 80, xmp: undefined }), null)
    const full = async () => join(folder, 'missing', 'made')
    assert.equal(await transcode(photo, full, { format: 'png', quality: 80, xmp: undefined }), null, 'a failing disk')
  })
})
