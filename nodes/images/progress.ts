/**
 * `12/340, 2 min left, 1 skipped`.
 *
 * @param elapsed ms of work on `done` pictures, without the `before` of them that were done in an earlier part
 */
export function sayProgress(done: number, total: number | null, skipped: number, elapsed: number, before = 0): string {
  const over = done + skipped
  const now = over - before
  const parts = [total === null ? `${over}` : `${over}/${total}`]
  if (total !== null && done > before && over < total) parts.push(`${sayTime((elapsed / now) * (total - over))} left`)
  if (skipped > 0) parts.push(`${skipped} skipped`)
  return parts.join(', ')
}

/** `40 s`, `3 min`, `2 h 5 min`. */
export function sayTime(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
