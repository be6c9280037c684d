import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ValueError } from '../types'
import { pathOfFileUrl } from '../types/file-url'
import { isWebAddress, withoutLineEnd } from '../types/rules/image'

/** The system whose rules apply to a path. Default: this computer's. */
interface Place {
  platform?: NodeJS.Platform
  home?: string
  exists?(path: string): boolean
}

/**
 * Converts a path as users write it: `file://` URLs, `~` for the home folder and, on Linux and macOS,
 * Windows's backslashes.
 *
 * @throws ValueError for a path that can only belong to another system or another computer
 */
export function readPath(path: string, place: Place = {}): string {
  const { platform = process.platform, home = homedir(), exists = existsSync } = place
  if (path.includes('\0')) throw new ValueError('the path contains a zero byte, so it cannot name a file')
  if (isWebAddress(path))
    throw new ValueError(
      `${path.trim().slice(0, 200)} is a web address, not a file: fetch it with an "http request" node that returns a Buffer`,
    )
  const line = withoutLineEnd(path)
  const plain = pathOfFileUrl(line) ?? line
  if (/^~([\\/]|$)/.test(plain)) return join(home, plain.slice(1).replace(/\\/g, '/'))
  if (platform === 'win32') {
    if (!/^\/(home|Users|Volumes|mnt|media|var|tmp|opt|data|usr|etc)\//.test(plain)) return plain
    throw new ValueError(`${plain} is a Linux or macOS path, but Node-RED runs on Windows: use the Windows path`)
  }
  if (exists(plain)) return plain
  if (/^[a-z]:([\\/]|$)|^\\\\[^\\]/i.test(plain)) {
    const system = platform === 'darwin' ? 'macOS' : 'Linux'
    throw new ValueError(`${plain} is a Windows path, but Node-RED runs on ${system}: use a ${system} path`)
  }
  return plain.replace(/\\/g, '/')
}
