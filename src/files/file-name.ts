import { ValueError } from '../types'

/** What every system of files takes at most. */
const MOST_BYTES = 255

/** They are devices there, whatever ending they have. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i

/** @throws ValueError for a file or folder that some systems cannot have, even if this one can: files travel */
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
