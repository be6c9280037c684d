import { quoteValue, ValueError } from '../../src/types'
import type { Collection, Content } from './collection'

/** A message's place in its group, according to `msg.parts`. */
export interface Place {
  id?: unknown
  /** From 0. */
  index?: number
  /** How many messages the group has, from 1. */
  count?: number
}

/**
 * @param parts anything; if it isn't an object, the place is unknown.
 * @throws ValueError for an invalid index or count
 */
export function readPlace(parts: unknown): Place {
  if (typeof parts !== 'object' || parts === null) return {}
  const { id, index, count } = parts as Record<string, unknown>
  return { id, index: wholeNumber('index', index, 0), count: wholeNumber('count', count, 1) }
}

function wholeNumber(name: string, value: unknown, least: number): number | undefined {
  if (value === undefined || value === null) return undefined
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number
  throw new ValueError(`parts.${name} is ${quoteValue(value)}, but must be a whole number from ${least}`)
}

export interface Groups {
  /**
   * Adds a message, and writes the file if it was the last. Resolves with the file, or null while more
   * messages are expected.
   */
  add(content: Content, place: Place, message?: object): Promise<Written | null>
  /** Writes the files of one group, or of all groups, from what has arrived. */
  finish(id?: unknown): Promise<Written[]>
  /** Discards what hasn't been written. */
  dispose(): Promise<void>
}

export interface Written {
  path: string
  count: number
}

interface Group {
  collection: Collection
  seen: number
  expected: number
  /** The properties that are the same in all its messages. */
  agreed: Plain | null
}

type Plain = Record<string, unknown>

/**
 * Collects messages into files, one for each `parts.id`. Work is done in the order of arrival.
 * @param limit number of messages after which a file is written in any case
 * @param write writes the file of a collection and resolves with its path. It also gets the numbers, strings
 * and booleans that all messages have in common
 */
export function createGroups(
  collect: () => Promise<Collection>,
  limit: number,
  write: (collection: Collection, agreed: Plain) => Promise<string>,
): Groups {
  const groups = new Map<unknown, Group>()
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  async function close(id: unknown): Promise<Written | null> {
    const group = groups.get(id)
    if (!group) return null
    groups.delete(id)
    const { collection, agreed } = group
    const { count } = collection
    try {
      const written = count > 0 ? { path: await write(collection, agreed ?? {}), count } : null
      await collection.remove()
      return written
    } catch (error) {
      // The group is kept so that it can be tried again, for example once the disk has room.
      groups.set(id, group)
      throw error
    }
  }

  async function add(content: Content, { id, index, count }: Place, message: object): Promise<Written | null> {
    let group = groups.get(id)
    if (!group) {
      group = { collection: await collect(), seen: 0, expected: Number.POSITIVE_INFINITY, agreed: null }
      groups.set(id, group)
    }
    if (count !== undefined) group.expected = count
    group.seen++
    group.agreed = agreement(group.agreed, message)
    const isLast = group.seen >= Math.min(group.expected, limit)
    try {
      await group.collection.add(content, index)
    } catch (error) {
      // The messages before this one aren't lost.
      if (isLast) await close(id)
      throw error
    }
    return isLast ? close(id) : null
  }

  return {
    add: (content, place, message = {}) => inTurn(() => add(content, place, message)),
    finish: (id) =>
      inTurn(async () => {
        const written: Written[] = []
        for (const key of id === undefined ? [...groups.keys()] : [id]) {
          const file = await close(key)
          if (file) written.push(file)
        }
        return written
      }),
    dispose: () =>
      inTurn(async () => {
        for (const { collection } of groups.values()) await collection.remove()
        groups.clear()
      }),
  }
}

function agreement(before: Plain | null, message: object): Plain {
  const isKept = ([key, value]: [string, unknown]) =>
    ['number', 'string', 'boolean'].includes(typeof value) && (before === null || before[key] === value)
  return Object.fromEntries(Object.entries(message).filter(isKept))
}
