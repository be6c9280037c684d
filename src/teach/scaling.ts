import type { Matrix } from './matrix'

/** Scales features: `center` is subtracted, then the result is multiplied by `scale`. */
export interface Scaling {
  center: Float64Array
  scale: Float64Array
}

/**
 * One factor for all features, or one for each, for measurements in different units such as an angle and a
 * width.
 */
export type ScalingKind = 'whole' | 'each'

/** Centres the examples at 0 and scales their mean square to 1. */
export function scalingOf({ rows, columns, data }: Matrix, kind: ScalingKind): Scaling {
  const center = new Float64Array(columns)
  for (let i = 0; i < data.length; i++) (center[i % columns] as number) += (data[i] as number) / rows
  const spread = new Float64Array(columns)
  for (let i = 0; i < data.length; i++) {
    spread[i % columns] =
      (spread[i % columns] as number) + ((data[i] as number) - (center[i % columns] as number)) ** 2 / rows
  }
  const all = spread.reduce((sum, value) => sum + value, 0)
  const factor = (square: number) => (square > 1e-12 * Math.max(1, all) ? 1 / Math.sqrt(square) : 0)
  const even = 1 / Math.sqrt(columns)
  const scale = spread.map((square) => (kind === 'whole' ? factor(all) : factor(square) * even))
  return { center, scale }
}

export function scaled({ rows, columns, data }: Matrix, { center, scale }: Scaling): Matrix {
  const to = data.map((value, i) => (value - (center[i % columns] as number)) * (scale[i % columns] as number))
  return { rows, columns, data: to }
}

/**
 * A few features may be measurements in different units. Many features, such as a network's, are comparable.
 */
const MAX_MEASURES = 64

export function scalingsFor(columns: number): readonly ScalingKind[] {
  return columns <= MAX_MEASURES ? ['whole', 'each'] : ['whole']
}
