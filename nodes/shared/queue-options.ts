import type { QueueOptions } from '../../src/engine'

/**
 * Every message is kept, up to a limit, unless the settings say otherwise. Then one message waits while another is
 * being processed.
 */
export function queueOptions({ queue, limit }: { queue: QueueOptions['policy']; limit: number }): QueueOptions {
  return { policy: queue, limit: queue === 'all' ? Math.floor(limit) : 1 }
}
