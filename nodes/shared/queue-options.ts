import type { QueueOptions } from '../../src/engine'

/** The defaults keep every message, up to a limit: one is processed while the others wait. */
export function queueOptions({ queue, limit }: { queue: QueueOptions['policy']; limit: number }): QueueOptions {
  return { policy: queue, limit: queue === 'all' ? Math.floor(limit) : 1 }
}
