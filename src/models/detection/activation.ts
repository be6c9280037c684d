import type { DetectSettings } from './settings'

/** Turns each raw score into a probability from 0 to 1; scores that are probabilities already stay. */
export function activate(value: number, activation: DetectSettings['activation']): number {
  return activation === 'sigmoid' ? 1 / (1 + Math.exp(-value)) : value
}

/** The same for the scores of one candidate, which `softmax` makes add up to one. */
export function activateAll(values: Float32Array, activation: DetectSettings['activation']): Float32Array {
  if (activation !== 'softmax') return activation ? values.map((value) => activate(value, activation)) : values
  const most = Math.max(...values)
  const shares = values.map((value) => Math.exp(value - most))
  const sum = shares.reduce((a, b) => a + b, 0)
  return shares.map((share) => share / sum)
}
