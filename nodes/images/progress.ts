/** `12/340, 2 min left, 1 skipped`. @param elapsed ms of work on `done` pictures */
export function sayProgress(done: number, total: number | null, skipped: number, elapsed: number): string {
  const over = done + skipped
  const parts = [total === null ? `${over}` : `${over}/${total}`]
  if (total !== null && done > 0 && over < total) parts.push(`${sayTime((elapsed / over) * (total - over))} left`)
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
