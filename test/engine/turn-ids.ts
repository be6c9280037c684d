import type { MakeFeed } from '../../src/engine'

/**
 * A picture of three channels. Where the map has label n, the darkest channel is n + 1 (of three).
 * @public A lane loads it by this name.
 */
export const makeFeed: MakeFeed<{ side: number }> = async (ids, { side }) => {
  const data = new Uint8Array(ids.length * 3).fill(255)
  for (const [i, id] of ids.entries()) data[i * 3 + ((id + 1) % 3)] = 0
  const size = { width: side, height: side, channels: 3 }
  return { kind: 'pixels', data, ...size, layout: 'NCHW', scale: 1 / 255, offset: 0 }
}

/** The path of this module, for the lane. */
export const TURN_IDS = __filename
