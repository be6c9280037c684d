import { resize } from '../../images'
import { Image } from '../../types'
import { reflected } from '../fit'
import type { FeedSpec, FetchSpec, SizeSpec, Variant } from '../manifest'
import { finishPicture } from '../tensor-outputs'
import type { Job } from './task'

type ImageFeed = Extract<FeedSpec, { kind: 'image' }>
type TilesSpec = Extract<SizeSpec, { fit: 'tiles' }>
type PictureFetch = Extract<FetchSpec, { kind: 'image' | 'values' }>

/** The feed that takes the picture in tiles, if the variant has one. */
export function tiledFeed(variant: Variant): (ImageFeed & { size: TilesSpec }) | undefined {
  for (const spec of Object.values(variant.feeds))
    if (spec.kind === 'image' && spec.size.fit === 'tiles') return spec as ImageFeed & { size: TilesSpec }
}

/**
 * Runs a variant on each tile of a picture, and joins the resulting pictures.
 *
 * @param once runs the variant on one tile
 */
export async function inTiles(
  job: Job,
  { from, size }: ImageFeed & { size: TilesSpec },
  once: (job: Job) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const given = job.inputs[from] as Image
  const picture = await reduced(given, size)
  const canvases: Record<string, Image> = {}
  for (const tile of tilesOf(picture.width, picture.height, size)) {
    const made = await once({
      ...job,
      variant: untiled(job.variant),
      inputs: { ...job.inputs, [from]: cut(picture, tile, size) },
    })
    for (const { to } of Object.values(job.variant.fetches)) {
      const part = made[to] as Image
      const times = part.width / size.width
      canvases[to] ??= blank(part, Math.round(picture.width * times), Math.round(picture.height * times))
      paste(canvases[to], part, tile, times)
    }
  }
  const { width, height } = picture
  const placement = { width, height, box: { left: 0, top: 0, width, height } }
  const originals = new Map([[from, { width: given.width, height: given.height, placement, image: given }]])
  const outputs: Record<string, unknown> = {}
  for (const spec of Object.values(job.variant.fetches) as PictureFetch[])
    outputs[spec.to] = await finishPicture(spec, canvases[spec.to] as Image, originals)
  return outputs
}

async function reduced(image: Image, { longSide = Number.POSITIVE_INFINITY, kernel }: TilesSpec): Promise<Image> {
  const scale = Math.min(1, longSide / Math.max(image.width, image.height))
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale))
  return resize(image, side(image.width), side(image.height), 'fill', kernel)
}

/**
 * The variant for a single tile. Its outputs keep their own size and colours until the tiles have been
 * joined.
 */
function untiled(variant: Variant): Variant {
  const fetches = Object.entries(variant.fetches as Record<string, PictureFetch>).map(([tensor, spec]) => {
    const { sizeOf: _, times: __, ...rest } = spec
    if ('colorsOf' in rest) delete rest.colorsOf
    return [tensor, rest]
  })
  return { ...variant, fetches: Object.fromEntries(fetches) }
}

/**
 * A tile's distance from the left and top edge, and its overlap with the tiles to its left and above it, in
 * pixels of the picture.
 */
interface Tile {
  left: number
  top: number
  overLeft: number
  overTop: number
}

function tilesOf(width: number, height: number, { width: tileWidth, height: tileHeight, overlap }: TilesSpec): Tile[] {
  const columns = starts(width, tileWidth, overlap)
  const rows = starts(height, tileHeight, overlap)
  const over = (all: number[], i: number, size: number) =>
    i === 0 ? 0 : (all[i - 1] as number) + size - (all[i] as number)
  return rows.flatMap((top, y) =>
    columns.map((left, x) => ({
      left,
      top,
      overLeft: over(columns, x, tileWidth),
      overTop: over(rows, y, tileHeight),
    })),
  )
}

/**
 * The positions of tiles along one side, evenly spaced so that neighbours overlap by at least `overlap`
 * pixels.
 */
export function starts(length: number, tile: number, overlap: number): number[] {
  if (length <= tile) return [0]
  const count = Math.ceil((length - overlap) / (tile - overlap))
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - tile)) / (count - 1)))
}

/** One tile of a picture. A picture smaller than a tile is mirrored to fill it. */
function cut({ width, height, channels, data }: Image, { left, top }: Tile, size: TilesSpec): Image {
  const row = size.width * channels
  const part = data instanceof Float32Array ? new Float32Array(row * size.height) : new Uint8Array(row * size.height)
  for (let y = 0; y < size.height; y++) {
    const start = (reflected(top + y, height) * width + left) * channels
    const have = Math.min(row, (width - left) * channels)
    part.set(data.subarray(start, start + have), y * row)
    for (let i = have; i < row; i++) {
      const x = reflected(left + Math.floor(i / channels), width)
      part[y * row + i] = data[start + (x - left) * channels + (i % channels)] as number
    }
  }
  return new Image({ width: size.width, height: size.height, channels, data: part })
}

function blank({ channels, data, range, unit }: Image, width: number, height: number): Image {
  const length = width * height * channels
  const empty = data instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length)
  return new Image({ width, height, channels, data: empty, ...(range && { range }), ...(unit && { unit }) })
}

/**
 * Draws a tile on the canvas, and blends it with earlier tiles where they overlap. This modifies the canvas,
 * which isn't shared yet.
 */
function paste(canvas: Image, part: Image, tile: Tile, times: number): void {
  const { channels } = canvas
  const [left, top] = [Math.round(tile.left * times), Math.round(tile.top * times)]
  const [fadeX, fadeY] = [Math.round(tile.overLeft * times), Math.round(tile.overTop * times)]
  const width = Math.min(part.width, canvas.width - left)
  const height = Math.min(part.height, canvas.height - top)
  const share = (at: number, over: number) => (at >= over ? 1 : (at + 0.5) / over)
  for (let y = 0; y < height; y++) {
    const to = ((top + y) * canvas.width + left) * channels
    const from = y * part.width * channels
    const down = share(y, fadeY)
    const soft = down < 1 ? width : Math.min(fadeX, width)
    for (let i = 0; i < soft * channels; i++) {
      const amount = Math.min(down, share(Math.floor(i / channels), fadeX))
      const before = canvas.data[to + i] as number
      canvas.data[to + i] = before + ((part.data[from + i] as number) - before) * amount
    }
    canvas.data.set(part.data.subarray(from + soft * channels, from + width * channels), to + soft * channels)
  }
}
