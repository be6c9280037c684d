import { decoders } from './decode'
import type { DetectSettings } from './settings'

/** What is wrong with the settings of the tasks `detect` and `find`, one sentence each, apart from what their schema says. */
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
  try {
    decoders[decode].tensors(settings)
  } catch (error) {
    faults.push((error as Error).message)
  }
  return faults
}

/** Each head has a stride, and pairs of numbers for its anchors. */
function anchorFaults({ heads = [], strides = [], anchors = [] }: DetectSettings): string[] {
  const faults: string[] = []
  if (strides.length !== heads.length || anchors.length !== heads.length)
    faults.push('"heads", "strides" and "anchors" in its settings must be lists of the same length')
  if (!anchors.every((sides) => sides.length % 2 === 0))
    faults.push('"anchors" in its settings must be a list for each head: width, height, width, height, … in pixels')
  return faults
}
