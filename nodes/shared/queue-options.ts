import type { QueueOptions } from '../../src/engine'

/** Every message is kept, up to a limit, unless the settings say otherwise. Then one message waits behind the one being processed. */
export function queueOptions({ queue, limit }: { queue: QueueOptions['policy']; limit: number }): QueueOptions {
  return { policy: queue, limit: queue === 'all' ? Math.floor(limit) : 1 }
}
