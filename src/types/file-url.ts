import { ValueError } from './value-error'
import { quote } from './words'

/**
 * The path in a `file:` address, on Windows without the slash before the drive; null for any other text.
 *
 * @throws ValueError for an address that names no file of this computer
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
