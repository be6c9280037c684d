import { ValueError } from './value-error'
import { quote } from './words'

/**
 * The path in a `file:` URL, on Windows without the slash before the drive letter; null for other text.
 *
 * @throws ValueError for a URL of a file on another computer
 */
export function pathOfFileUrl(text: string): string | null {
  if (!/^file:/i.test(text)) return null
  try {
    const { hostname, pathname } = new URL(text)
    const path = decodeURIComponent(pathname).replace(/^\/(?=[a-z]:)/i, '')
    if (!hostname) return path
    throw new ValueError(
      `${quote(text)} names a computer, ${quote(hostname)}: the address of a local file begins with three slashes, file:///`,
    )
  } catch (error) {
    if (error instanceof ValueError) throw error
    throw new ValueError(`${quote(text)} is not a file address that can be read: write the path itself`)
  }
}
