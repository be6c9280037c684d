import type { Node } from 'node-red'
import { listed, type Say } from '../shared/say'
import { brief } from '../shared/sentence'
import type { Summary } from './run'

/** How many skipped pictures are listed by name. */
const NAMED = 20

/** The line under the node after a run. @param total null if unknown */
export function summaryStatus(
  say: Say,
  { sent, skipped, leftOut, stopped, failure }: Summary,
  total: number | null,
): Parameters<Node['status']>[0] {
  const text = listed(say, [
    say(stopped && !failure ? 'endedAfter' : 'pictures', { count: sent }),
    ...(skipped.length > 0 ? [say('skipped', { number: skipped.length })] : []),
    ...(leftOut.length > 0 ? [say('leftOut', { number: leftOut.length })] : []),
  ])
  if (failure) return { fill: 'red', shape: 'ring', text: brief(listed(say, [text, failure.message])) }
  if (stopped) return { fill: 'grey', shape: 'ring', text }
  if (total === 0) return { fill: 'yellow', shape: 'ring', text: say('noPictures') }
  return { fill: skipped.length > 0 ? 'yellow' : 'green', shape: 'dot', text }
}

/** Which pictures were skipped, and why; null if none were. */
export function saySkipped(say: Say, { sent, skipped }: Summary): string | null {
  if (skipped.length === 0) return null
  const which = named(
    say,
    skipped.map(({ filename, reason }) => `${filename} (${reason})`),
  )
  return say('someSkipped', { count: skipped.length, all: sent + skipped.length, which })
}

/** Which of the folder's files aren't pictures; null if all are. */
export function sayLeftOut(say: Say, { leftOut }: Summary): string | null {
  return leftOut.length > 0 ? say('someLeftOut', { count: leftOut.length, which: named(say, leftOut) }) : null
}

function named(say: Say, names: string[]): string {
  const rest = names.length > NAMED ? [say('more', { number: names.length - NAMED })] : []
  return listed(say, [...names.slice(0, NAMED), ...rest])
}
