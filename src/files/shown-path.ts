/** A path for use in a sentence. Long text that begins like a path is hardly one. */
export function shownPath(path: string): string {
  return path.length > 300 ? `${path.slice(0, 299)}…` : path
}
