import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { pngChunk } from '../../../src/types'
import type { Random } from './random'

type Make = (random: Random) => Promise<Buffer> | Buffer

/** Encoded pictures: huge, damaged, in unusual formats, and with a lot of data besides their pixels. */
export const pictures: Record<string, Make> = {
  'a picture that is right': ({ whole }) =>
    flat(16 + whole(400), 16 + whole(400))
      .png()
      .toBuffer(),
  'a PNG of 100 megapixels': () => flat(10_000, 10_000).png({ compressionLevel: 9 }).toBuffer(),
  'a photograph of 12 megapixels': () => noisy(4000, 3000).jpeg({ quality: 80 }).toBuffer(),
  'a picture of one row': () => flat(16_000, 1).png().toBuffer(),
  'a picture of one column': () => flat(1, 16_000).webp().toBuffer(),
  'a header of 4 gigapixels': () => png(65_535, 65_535, Buffer.alloc(10)),
  'a header without pixels': ({ pick }) => png(pick([0, 1, 2 ** 31 - 1]), pick([0, 1]), Buffer.alloc(0)),
  'half a JPEG': async ({ next }) => cut(await noisy(640, 480).jpeg().toBuffer(), next()),
  'half a PNG': async ({ next }) => cut(await noisy(640, 480).png().toBuffer(), next()),
  'half a WebP': async ({ next }) => cut(await noisy(320, 240).webp().toBuffer(), next()),
  'a JPEG with other bytes': async (random) => damage(await noisy(320, 240).jpeg().toBuffer(), random),
  'a PNG with other bytes': async (random) => damage(await noisy(320, 240).png().toBuffer(), random),
  'a GIF with other bytes': async (random) => damage(await flat(64, 64).gif().toBuffer(), random),
  'a TIFF with other bytes': async (random) => damage(await noisy(64, 64).tiff().toBuffer(), random),
  'a GIF of 2 000 frames': () => gif(2000),
  'a picture of 16 bits': () => noisy(800, 600).toColourspace('rgb16').png().toBuffer(),
  'a JPEG in CMYK': () => noisy(400, 300).toColourspace('cmyk').jpeg().toBuffer(),
  'a picture with text of 20 MB': () => withText(20_000_000),
  'a picture with a damaged profile': ({ bytes }) =>
    chunkBeside('iCCP', Buffer.concat([Buffer.from('x\0\0'), bytes(400)])),
  'a picture with damaged EXIF': ({ bytes }) => chunkBeside('eXIf', Buffer.concat([Buffer.from('MM\0*'), bytes(300)])),
  'a drawing of many parts': () =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${'<g>'.repeat(50_000)}`),
  'a drawing of entities': () =>
    Buffer.from(
      `<!DOCTYPE s [<!ENTITY a "${'x'.repeat(1000)}">${[...'bcdefgh'].map((name, i) => `<!ENTITY ${name} "${`&${'abcdefg'[i]};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&h;</text></svg>`,
    ),
  'noise that begins as a picture': ({ pick, bytes }) =>
    Buffer.concat([
      pick([JPEG, PNG, Buffer.from('GIF89a'), Buffer.from('RIFF0000WEBPVP8 '), Buffer.from('BM')]),
      bytes(5000),
    ]),
  'no bytes': () => Buffer.alloc(0),
  'noise of 30 MB': () => Buffer.alloc(30_000_000, 0x9d),
}

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0])
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#804020' }, limitInputPixels: false })

const noisy = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  })

const cut = (bytes: Buffer, part: number) => bytes.subarray(0, Math.floor(bytes.length * part))

function damage(bytes: Buffer, { whole }: Random): Buffer {
  const changed = Buffer.from(bytes)
  for (let i = 0; i < 1 + whole(20); i++) changed[whole(changed.length - 1)] = whole(255)
  return changed
}

/** A PNG with any header. @param packed its pixels */
function png(width: number, height: number, packed: Buffer, ...beside: Uint8Array[]): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    PNG,
    pngChunk('IHDR', header),
    ...beside,
    pngChunk('IDAT', packed),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

const small = deflateSync(Buffer.alloc(16 * (1 + 16 * 3)))
const chunkBeside = (name: string, data: Buffer) => png(16, 16, small, pngChunk(name, data))
const withText = (length: number) => chunkBeside('tEXt', Buffer.from(`Comment\0${'x'.repeat(length)}`, 'latin1'))

async function gif(frames: number): Promise<Buffer> {
  const side = 16
  const data = Buffer.alloc(side * side * 3 * frames).map((_, i) => (i / (side * side * 3)) * 7)
  return sharp(data, {
    raw: { width: side, height: side * frames, channels: 3, pageHeight: side } as never,
    limitInputPixels: false,
  })
    .gif({ loop: 0 })
    .toBuffer()
}
