import { type Glimpse, type GlimpseSize, glimpse } from '../glimpse'
import { type Detached, detach } from '../protocol'
import type { Fetched } from '../types'

/** Small forms of a picture that stays with the engine, which travel instead of it. None of one with alpha: its colours are no means. */
export function glimpsesOf(result: Fetched, sizes: readonly GlimpseSize[], blocks: Uint8Array[]): Detached<Glimpse>[] {
  const [height, width] = 'dims' in result ? (result.dims as [number, number]) : [result.height, result.width]
  if ('channels' in result && result.channels === 4) return []
  const data = result.data as Uint8Array | Float32Array
  return sizes.map(
    (size) => detach({ small: glimpse({ width, height, data }, size) }, blocks).small as Detached<Glimpse>,
  )
}
