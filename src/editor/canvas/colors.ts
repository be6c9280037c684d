import type { PortType } from '../../types'

/**
 * One colour for each family of types, on ports and wires. People with any kind of colour blindness can tell
 * them apart (`test/editor/colors.test.ts` measures it), and they are readable on Node-RED's light and dark
 * canvas.
 */
export const typeColors = {
  image: '#1766f0',
  segmentation: '#0a8a34',
  audio: '#985a64',
  vector: '#8556cc',
  text: '#e19205',
  value: '#20b0de',
  list: '#bd9468',
  place: '#b03a90',
  file: '#8d9fb5',
} as const

export type Family = keyof typeof typeColors

/** The colours of wires that don't fit, or only fit with a converter. */
export const problemColors = { mismatch: '#d6002a', convertible: '#d9580d' } as const

const families: Record<PortType['type'], Family | null> = {
  image: 'image',
  segmentation: 'segmentation',
  audio: 'audio',
  vector: 'vector',
  text: 'text',
  category: 'value',
  number: 'value',
  boolean: 'value',
  array: 'list',
  record: 'list',
  image_point: 'place',
  image_bounding_box: 'place',
  image_landmarks: 'place',
  file: 'file',
  directory: 'file',
  any: null,
}

/** The family of a port's or wire's types; null if they are unknown or of several families. */
export function familyOf(types: readonly PortType[]): Family | null {
  const found = new Set(types.map((type) => families[type.type]))
  return found.size === 1 ? ([...found][0] ?? null) : null
}

/** CSS that gives each family's class, `daisychain-<family>`, its colour in the variable `--daisychain-type`. */
export function colorRules(): string {
  const rules = Object.entries(typeColors).map(([family, color]) => `.daisychain-${family}{--daisychain-type:${color}}`)
  const { mismatch, convertible } = problemColors
  return `${rules.join('')}:root{--daisychain-mismatch-color:${mismatch};--daisychain-convertible-color:${convertible}}`
}
