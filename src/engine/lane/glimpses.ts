import { type Glimpse, type GlimpseSize, glimpse, labelGlimpse } from '../glimpse'
import { type Detached, detach, type Output } from '../protocol'
import type { Fetch, Fetched, FetchedPixels, FetchedTensor } from '../types'

/**
 * What is sent instead of a result that stays with the engine: small versions, and the ids in a label map.
 */
export function whatIsSeen(
  result: Fetched,
  fetch: Fetch,
  sizes: readonly GlimpseSize[],
  blocks: Uint8Array[],
): Pick<Output, 'glimpses' | 'shown'> {
  // Nothing is shown of a tensor.
  if (fetch.kind === 'tensor') return {}
  const travelling = (small: Glimpse) => detach({ small }, blocks).small as Detached<Glimpse>
  if (fetch.kind !== 'argmax') return { glimpses: glimpsesOf(result).map(travelling) }
  const { dims, data } = result as FetchedTensor
  const ids = data as Uint8Array | Uint16Array
  const [height = 0, width = 0] = dims.slice(-2)
  const isMap = width * height === ids.length
  // Square versions are for recognising familiar inputs, which are always pictures.
  const wanted = isMap ? sizes.filter(({ isSquare }) => !isSquare) : []
  const map = { width, height, data: ids }
  return { glimpses: wanted.map((size) => travelling(labelGlimpse(map, size))), shown: shownIn(ids) }

  /** None for a picture with alpha: its colours can't simply be averaged. */
  function glimpsesOf(picture: Fetched): Glimpse[] {
    if ('channels' in picture && picture.channels === 4) return []
    const { width, height } = 'dims' in picture ? planeSize(picture) : picture
    const data = picture.data as FetchedPixels['data'] | Float32Array
    return sizes.map((size) => glimpse({ width, height, data }, size))
  }
}

function planeSize({ dims }: FetchedTensor): { width: number; height: number } {
  const [height, width] = dims as [number, number]
  return { width, height }
}

/** The ids of a label map, in ascending order. */
function shownIn(ids: Uint8Array | Uint16Array): number[] {
  const isShown = new Uint8Array(2 ** 16)
  for (let i = 0; i < ids.length; i++) isShown[ids[i] as number] = 1
  return [...isShown.keys()].filter((id) => isShown[id])
}
