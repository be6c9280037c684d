import { type Color, fromHex, labelColor, Segmentation, toHex, ValueError } from '../types'
import { decodeIds, encodeIds } from './codec'
import type { Drawing } from './drawing'
import { roomDrawing } from './sample-room'

/** A drawing as stored in a flow. */
export interface StoredDrawing {
  /** The output of `encodeIds`; empty if nothing has been drawn. */
  map?: string
  /** Label names by id. */
  labels?: string[]
  /** Label colours as `#rrggbb`. */
  colors?: string[]
}

/**
 * Reads a drawing from a flow file; returns the room if nothing has been drawn.
 *
 * @throws ValueError if it is invalid
 */
export function readDrawing({ map, labels, colors }: { [Name in keyof StoredDrawing]: unknown }): Drawing {
  if (map === undefined || map === null || map === '') return roomDrawing()
  if (!Array.isArray(labels) || labels.length === 0 || labels.some((label) => typeof label !== 'string')) {
    throw new ValueError("the names of this drawing's labels are missing: open the node and draw again", 'flow')
  }
  const shades = Array.isArray(colors) ? (colors as unknown[]) : []
  return {
    ids: decodeIds(map, labels.length),
    labels: labels as string[],
    colors: labels.map((_, id): Color => fromHex(shades[id]) ?? labelColor(id)),
  }
}

export function storeDrawing({ ids, labels, colors }: Drawing): Required<StoredDrawing> {
  return { map: encodeIds(ids), labels: [...labels], colors: colors.map(toHex) }
}

/** Converts a drawing to a label map for wires. */
export function segmentationOf({ ids, labels, colors }: Drawing): Segmentation {
  const { width, height, data } = ids
  return new Segmentation({
    width,
    height,
    data: labels.length > 256 ? data.slice() : Uint8Array.from(data),
    labels,
    colors,
  })
}

/** Converts a label map from a wire to a drawing. */
export function drawingOf({ width, height, data, labels, colors }: Segmentation): Drawing {
  return {
    ids: { width, height, data: Uint16Array.from(data) },
    labels,
    colors: labels.map((_, id) => colors?.[id] ?? labelColor(id)),
  }
}
