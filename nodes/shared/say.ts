import type { NodeAPI } from 'node-red'
import type english from '../../plugins/locales/en-US/daisychain.json'

const GROUP = '@daisychain/node-red-models/daisychain:runtime.'

type Whole<Key> = Key extends `${infer Name}_one` | `${infer Name}_other` ? Name : Key

/** A key of the group `runtime` in `plugins/locales/<language>/daisychain.json`. */
export type Saying = Whole<keyof (typeof english)['runtime']>

/** Looks up what nodes say at run time. A number called `count` chooses between singular and plural. */
export type Say = (key: Saying, words?: Record<string, string | number>) => string

/**
 * Words in the server's language (`lang` in its settings, or the system's): all users see the same status,
 * and Status nodes read it too.
 */
export function sayings(RED: Pick<NodeAPI, '_'>): Say {
  return (key, words) => RED._(keyOf(key), { ...words })
}

/** The full key. Each editor replaces a notice that consists of one with words in its own language. */
export function keyOf(key: Saying): string {
  return `${GROUP}${key}`
}

/** Joins parts of a line into a list. */
export function listed(say: Say, parts: string[]): string {
  return parts.join(say('and'))
}
