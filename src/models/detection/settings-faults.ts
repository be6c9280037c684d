import { decoders } from './decode'
import type { DetectSettings } from './settings'

/**
 * The errors in the settings of the tasks `detect` and `find` that their schema can't express, one sentence
 * each.
 */
export function settingsFaults(settings: DetectSettings): string[] {
  const { decode = 'boxes', masks, prototypes, columns } = settings
  const faults: string[] = []
  for (const key of ['prototypes', 'points', 'turned'] as const)
    if (
      settings[key] !== undefined &&
      decode !== 'yolo' &&
      decode !== 'rows' &&
      (key !== 'prototypes' || decode !== 'rtmdet')
    )
      faults.push(`"${key}" in its settings is for "yolo" and "rows", not for "${decode}"`)
  if (prototypes !== undefined && masks !== undefined)
    faults.push('its settings can have "masks" or "prototypes", not both')
  if (columns !== undefined && !['x', 'y', 's'].every((letter) => columns.includes(letter)))
    faults.push('"columns" in its settings must say where x, y and s are')
  if (decode === 'anchors') faults.push(...anchorFaults(settings))
  if (decode === 'blaze' && !settings.grids?.length) faults.push('"grids" in its settings is missing')
  faults.push(...gridFaults(settings))
  try {
    decoders[decode].tensors(settings)
  } catch (error) {
    faults.push((error as Error).message)
  }
  return faults
}

/** Settings that list one tensor per grid. */
const OF_GRIDS = ['heads', 'classes', 'distances', 'places', 'kernels', 'middles'] as const
/** The values of `decode` that read them, and the number of grids if `strides` doesn't give it. */
const GRIDS: Partial<Record<NonNullable<DetectSettings['decode']>, number>> = {
  nanodet: 3,
  scrfd: 3,
  dfl: 3,
  rtmdet: 3,
  'yolo-fastestv2': 2,
}

/** Each grid needs a tensor: a grid without one would find nothing. */
function gridFaults(settings: DetectSettings): string[] {
  const usual = GRIDS[settings.decode ?? 'boxes']
  if (usual === undefined) return []
  const grids = settings.strides?.length ?? usual
  return OF_GRIDS.flatMap((key) => {
    const count = settings[key]?.length ?? grids
    return count === grids
      ? []
      : [`"${key}" in its settings must name a tensor for each of ${grids} strides (got ${count})`]
  })
}

/** Each head needs a stride, and its anchors are pairs of numbers. */
function anchorFaults({ heads = [], strides = [], anchors = [] }: DetectSettings): string[] {
  const faults: string[] = []
  if (strides.length !== heads.length || anchors.length !== heads.length)
    faults.push('"heads", "strides" and "anchors" in its settings must be lists of the same length')
  if (!anchors.every((sides) => sides.length % 2 === 0))
    faults.push('"anchors" in its settings must be a list for each head: width, height, width, height, … in pixels')
  return faults
}
