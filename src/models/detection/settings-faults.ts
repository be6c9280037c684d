import { decoders } from './decode'
import type { DetectSettings } from './settings'

/** What is wrong with the settings of the task `detect`, one sentence each. */
export function settingsFaults(given: Record<string, unknown> | undefined): string[] {
  const settings = given as Partial<DetectSettings> | undefined
  if (!settings) return ['its "settings" must say what the detector outputs']
  const { decode = 'boxes', names, minScore, masks, prototypes, columns } = settings
  if (!Object.hasOwn(decoders, decode))
    return [`there is no way to decode "${decode}", only ${Object.keys(decoders).join(', ')}`]
  const faults: string[] = []
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    faults.push('"names" in its settings must be a list of names')
  if (typeof minScore !== 'number') faults.push('"minScore" in its settings must be a number from 0 to 1')
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
  if (columns !== undefined && !['x', 'y', 's'].every((letter) => String(columns).includes(letter)))
    faults.push('"columns" in its settings must say where x, y and s are')
  if (decode === 'anchors') faults.push(...anchorFaults(settings))
  try {
    decoders[decode].tensors(settings as DetectSettings)
  } catch (error) {
    faults.push((error as Error).message)
  }
  return faults
}

/** Each head has a stride, and pairs of numbers for its anchors. */
function anchorFaults({ heads = [], strides = [], anchors = [] }: Partial<DetectSettings>): string[] {
  const faults: string[] = []
  if (strides.length !== heads.length || anchors.length !== heads.length)
    faults.push('"heads", "strides" and "anchors" in its settings must be lists of the same length')
  if (
    !anchors.every(
      (sides) => Array.isArray(sides) && sides.length > 0 && sides.length % 2 === 0 && sides.every((side) => side > 0),
    )
  )
    faults.push('"anchors" in its settings must be a list for each head: width, height, width, height, … in pixels')
  return faults
}
