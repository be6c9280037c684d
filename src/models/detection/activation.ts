import type { DetectSettings } from './settings'

/**
 * Converts a raw score to a probability from 0 to 1. Without an activation, the score is a probability
 * already and is returned unchanged.
 */
export function activate(value: number, activation: DetectSettings['activation']): number {
  return activation === 'sigmoid' ? 1 / (1 + Math.exp(-value)) : value
}

/** Applies the activation to all scores of one candidate. `softmax` makes them sum to 1. */
export function activateAll(values: Float32Array, activation: DetectSettings['activation']): Float32Array {
  if (activation !== 'softmax') return activation ? values.map((value) => activate(value, activation)) : values
  const most = Math.max(...values)
  const shares = values.map((value) => Math.exp(value - most))
  const sum = shares.reduce((a, b) => a + b, 0)
  return shares.map((share) => share / sum)
}
