/** The path in a `file:` address, on Windows without the slash before the drive; null for any other text. */
export function pathOfFileUrl(text: string): string | null {
  if (!/^file:\/\//i.test(text)) return null
  return decodeURIComponent(new URL(text).pathname).replace(/^\/(?=[a-z]:)/i, '')
}
