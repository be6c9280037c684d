import type { Ids } from '../../drawing'
import { pngChunk } from '../../types'

/**
 * A label map as a greyscale PNG whose pixel values are the label ids. A canvas can only write colour PNGs.
 */
export async function idsPng({ width, height, data }: Ids): Promise<Blob> {
  const rows = new Uint8Array((width + 1) * height)
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  const head = new Uint8Array(13)
  new DataView(head.buffer).setUint32(0, width)
  new DataView(head.buffer).setUint32(4, height)
  head[8] = 8 // bits per pixel; the zeros after it mean greyscale, deflate and no interlacing
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  const parts = [
    signature,
    pngChunk('IHDR', head),
    pngChunk('IDAT', await deflated(rows)),
    pngChunk('IEND', new Uint8Array()),
  ]
  return new Blob(parts as BlobPart[], { type: 'image/png' })
}

async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
