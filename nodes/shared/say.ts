import type { NodeAPI } from 'node-red'
import type english from '../../plugins/locales/en-US/daisychain.json'

const GROUP = '@daisychain/node-red-models/daisychain:runtime.'

type Whole<Key> = Key extends `${infer Name}_one` | `${infer Name}_other` ? Name : Key

/** A key of the group `runtime` in `plugins/locales/<language>/daisychain.json`. */
export type Saying = Whole<keyof (typeof english)['runtime']>

/** What nodes say at run time; a number called `count` chooses between one and several. */
export type Say = (key: Saying, words?: Record<string, string | number>) => string

/**
 * In the language of the server, `lang` in its settings or that of the system: all users see one status, and
 * Status nodes read it too.
 */
export function sayings(RED: Pick<NodeAPI, '_'>): Say {
  return (key, words) => RED._(keyOf(key), { ...words })
}

/** The key in full. Each editor puts its own language in place of a notice that is one. */
export function keyOf(key: Saying): string {
  return `${GROUP}${key}`
}

/** Parts of a line, as a list. */
export function listed(say: Say, parts: string[]): string {
  return parts.join(say('and'))
}
