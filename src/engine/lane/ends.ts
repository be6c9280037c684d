import type { Ends, InputEnd, OutputEnd } from '../../onnx/ends'
import type { Feed, Fetch } from '../types'

/** Tensors that a session takes or returns as bytes or finished numbers → the session's names for them. */
export interface EndNames {
  inputs: ReadonlyMap<string, string>
  outputs: ReadonlyMap<string, string>
  /**
   * Inputs given as planes of floats, which can stay on a graphics card. For outputs: name → the name of
   * their planes.
   */
  planes: ReadonlySet<string>
  asPlanes: ReadonlyMap<string, string>
}

export const NO_ENDS: EndNames = { inputs: new Map(), outputs: new Map(), planes: new Set(), asPlanes: new Map() }

/**
 * The steps of a run that can be added to the network's inputs and outputs: those that are the same for
 * pictures of all sizes. Null if there are none.
 */
export function endsOf(feeds: Record<string, Feed>, fetches: Record<string, Fetch>): Ends | null {
  const inputs = Object.entries(feeds).flatMap(([name, feed]) => named(name, inputEndOf(feed)))
  const outputs = Object.entries(fetches).flatMap(([name, fetch]) => named(name, outputEndOf(fetch)))
  if (inputs.length + outputs.length === 0) return null
  return { inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) }
}

const named = <T>(name: string, end: T | null): [string, T][] => (end ? [[name, end]] : [])

function inputEndOf(feed: Feed): InputEnd | null {
  // A picture's brightness, and the number of its copies, are known only when it arrives.
  if (feed.kind !== 'pixels' || feed.brighten || feed.dims) return null
  const { channels, layout, order = 'RGB', scale, offset, luma = false } = feed
  return { channels, layout, order, scale, offset, luma }
}

function outputEndOf(fetch: Fetch): OutputEnd | null {
  if (fetch.kind !== 'pixels' && fetch.kind !== 'plane') return null
  // Stretching must ignore values that aren't numbers (NaN), which a graph can't do.
  if (fetch.stretch || fetch.first || fetch.dims) return null
  const { kind, layout, scale, offset, channel, activation } = fetch
  const order = (fetch.kind === 'pixels' && fetch.order) || 'RGB'
  return {
    kind,
    layout,
    order,
    scale,
    offset,
    ...(channel !== undefined && { channel }),
    ...(activation && { activation }),
  }
}
