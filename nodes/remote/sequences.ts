import { createHash, randomUUID } from 'node:crypto'
import type { Sequence } from '../../src/serving/index'
import { isAudio } from '../../src/types'
import { clientOf } from '../shared/queries'

type Message = Parameters<typeof clientOf>[0] & { parts?: unknown; reset?: unknown }

/**
 * Names what a message continues, so that a model elsewhere remembers what it would remember as a node here: messages
 * follow each other, but not those of different clients, nor pieces of different sounds.
 */
export function createSequences(): (msg: Message, values: readonly unknown[]) => Sequence {
  const own = randomUUID()
  const clients = new WeakMap<object, string>()

  function nameOf(client: object | string | undefined): string | undefined {
    if (typeof client !== 'object') return client
    const name = clients.get(client) ?? randomUUID()
    clients.set(client, name)
    return name
  }

  return (msg, values) => {
    const { id, index } = (msg.parts ?? {}) as { id?: unknown; index?: unknown }
    const isPiece = id !== undefined && values.some(isAudio)
    const name = JSON.stringify([own, nameOf(clientOf(msg)), isPiece && id])
    return {
      id: createHash('sha256').update(name).digest('base64url'),
      starts: Boolean(msg.reset) || (isPiece && index === 0),
    }
  }
}
