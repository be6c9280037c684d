import type { Sent } from '../inputs/input'
import type { ModelPort } from './model'

/** How much red, green and blue contribute to grey, as in the engine. */
const LUMA = [0.299, 0.587, 0.114]

/** Converts an input's value to the data of the tensor that the ONNX file expects. */
export async function dataOf(port: ModelPort, sent: Sent): Promise<Uint8Array | Uint16Array | Float32Array> {
  const { kind, element, shape, usual = 0 } = port
  const [height = 1, width = 1, channels = 1] = shape
  const one = Array.isArray(sent) ? sent[0] : sent
  if (kind === 'vector') return Float32Array.from(JSON.parse(String(one)) as number[])
  if (kind === 'number')
    return Float32Array.of(one === 'true' ? 1 : one === 'false' ? 0 : one === undefined ? usual : Number(one))
  const pixels = await pixelsOf(one as Blob, width, height, kind === 'labels')
  if (kind === 'labels') {
    const ids = pixels.filter((_, i) => i % 4 === 0)
    return element === 'uint16' ? Uint16Array.from(ids) : Uint8Array.from(ids)
  }
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++)
    for (let channel = 0; channel < channels; channel++)
      data[i * channels + channel] =
        channels === 1
          ? Math.round(LUMA.reduce((sum, share, at) => sum + share * (pixels[i * 4 + at] as number), 0))
          : (pixels[i * 4 + channel] as number)
  return data
}

/**
 * The picture at the expected size, as RGBA, cropped around its middle if the proportions differ. Label ids
 * are never blended.
 */
async function pixelsOf(picture: Blob, width: number, height: number, isMap: boolean): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(picture, isMap ? { colorSpaceConversion: 'none' } : {})
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D
  context.imageSmoothingEnabled = !isMap
  context.imageSmoothingQuality = 'high'
  context.fillStyle = '#fff' // transparent parts become white, as everywhere
  if (!isMap) context.fillRect(0, 0, width, height)
  const scale = Math.max(width / bitmap.width, height / bitmap.height)
  const [wide, high] = [bitmap.width * scale, bitmap.height * scale]
  context.drawImage(bitmap, (width - wide) / 2, (height - high) / 2, wide, high)
  bitmap.close()
  return context.getImageData(0, 0, width, height).data
}
