import type { Engine, EngineOptions } from './types'

/** Makes an engine. Cheap: the lane starts with the first model. */
export function createEngine(_options: Partial<EngineOptions> = {}): Engine {
  throw new Error('not built yet')
}
