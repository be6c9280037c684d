import type { QueueOptions } from '../../src/engine'

/** Every message is kept, up to a limit, unless the node is told otherwise. Else one message waits behind the one at work. */
export function queueOptions({ queue, limit }: { queue: QueueOptions['policy']; limit: number }): QueueOptions {
  return { policy: queue, limit: queue === 'all' ? Math.floor(limit) : 1 }
}
