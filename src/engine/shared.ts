import { createEngine } from './engine'
import type { Engine, EngineOptions } from './types'

/** The engine every caller with the same options shares. Its `close` gives the reference back. */
export function sharedEngine(options: Partial<EngineOptions> = {}): Engine {
  return createEngine(options)
}
