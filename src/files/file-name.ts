import { ValueError } from '../types'

/** The length that every file system supports. */
const MOST_BYTES = 255

/** Windows reserves these names for devices, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i

/**
 * @throws ValueError for a name of a file or folder that some system doesn't allow, because files may be
 * moved to another system
 */
export function requireName(name: string, windows = process.platform === 'win32'): void {
  const shown = name.length > 60 ? `${name.slice(0, 59)}…` : name
  const bytes = Buffer.byteLength(name)
  if (bytes > MOST_BYTES) {
    throw new ValueError(
      `the name "${shown}" is ${bytes} bytes long, but at most ${MOST_BYTES} are allowed: shorten it`,
    )
  }
  if (RESERVED.test(name)) {
    throw new ValueError(`the name "${shown}" is reserved on Windows: choose another one`)
  }
  if (windows && /[<>:"|?*]/.test(name)) {
    throw new ValueError(
      `the name "${shown}" contains a character that Windows doesn't allow in names: choose another one`,
    )
  }
}
