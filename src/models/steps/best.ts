import type { FetchedTensor } from '../../engine'
import { scoresMask } from '../../images'
import { Image } from '../../types'
import { placement } from '../fit'
import type { FetchSpec, SizeSpec } from '../manifest'

type BestFetch = Extract<FetchSpec, { kind: 'best' }>

/**
 * Port name → value: the best mask and, if the fetch asks for them, its confidence, and all masks, best
 * first.
 */
export async function finishBest(
  { to, size, score, all }: BestFetch,
  { dims, data }: FetchedTensor,
  scores: FetchedTensor,
  picture: Image,
): Promise<Record<string, unknown>> {
  const [count, height, width] = dims.slice(-3) as [number, number, number]
  const sure = Array.from({ length: count }, (_, i) => Number(scores.data[i] ?? 0))
  const order = [...sure.keys()].sort((a, b) => (sure[b] as number) - (sure[a] as number))
  const wanted = all === undefined ? order.slice(0, 1) : order
  const part = partOf(size, picture, { width, height })
  const masks = await Promise.all(
    wanted.map((index) => {
      const plane = (data as Float32Array).subarray(index * width * height, (index + 1) * width * height)
      return scoresMask(plane, { width, height }, part, picture)
    }),
  )
  const best = Math.min(1, Math.max(0, sure[order[0] as number] as number))
  return { [to]: masks[0], ...(score && { [score]: best }), ...(all && { [all]: masks }) }
}

/**
 * The part of a mask of this size that shows the picture: all of it, unless the mask covers the encoder's
 * canvas.
 */
function partOf(size: SizeSpec | undefined, picture: Image, { width, height }: { width: number; height: number }) {
  if (!size) return { left: 0, top: 0, width, height }
  const { box, ...canvas } = placement(size, picture.width, picture.height)
  const [x, y] = [width / canvas.width, height / canvas.height]
  return { left: box.left * x, top: box.top * y, width: box.width * x, height: box.height * y }
}

/** The same if nothing was clicked: a black mask. */
export function nothingChosen(
  fetches: Record<string, FetchSpec>,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const made = Object.values(fetches).map((spec) => {
    if (spec.kind !== 'best') return {}
    const { width, height } = inputs[spec.of] as Image
    const mask = new Image({ width, height, channels: 1, data: new Uint8Array(width * height) })
    return { [spec.to]: mask, ...(spec.score && { [spec.score]: 0 }), ...(spec.all && { [spec.all]: [] }) }
  })
  return Object.assign({}, ...made)
}
