import { listed, type Say } from '../shared/say'

/**
 * `12/340, 2 min left, 1 skipped`.
 * @param done how many pictures are done, including the `before` ones of an earlier part of the run
 * @param elapsed ms of work in this part
 */
export function sayProgress(
  say: Say,
  done: number,
  total: number | null,
  skipped: number,
  elapsed: number,
  before = 0,
): string {
  const over = done + skipped
  const now = over - before
  const parts = [total === null ? `${over}` : `${over}/${total}`]
  if (total !== null && done > before && over < total)
    parts.push(say('left', { time: sayTime(say, (elapsed / now) * (total - over)) }))
  if (skipped > 0) parts.push(say('skipped', { number: skipped }))
  return listed(say, parts)
}

/** `40 s`, `3 min`, `2 h 5 min`. */
export function sayTime(say: Say, milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000))
  if (seconds < 60) return say('seconds', { seconds })
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return say('minutes', { minutes })
  return say('hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}
