/** Shortens a path for an error message. Long text that only begins like a path is probably none. */
export function shownPath(path: string): string {
  return path.length > 300 ? `${path.slice(0, 299)}…` : path
}
