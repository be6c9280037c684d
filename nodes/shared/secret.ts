import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const known = new Map<string, string>()

/**
 * This installation's secret, kept in the user directory so that signatures stay valid after a restart. If it
 * can't be kept, they are valid until Node-RED ends.
 */
export function secretOf(userDir: string | undefined): string {
  const key = userDir ?? ''
  const secret = known.get(key) ?? (userDir ? keptIn(join(userDir, 'daisychain')) : fresh())
  known.set(key, secret)
  return secret
}

function keptIn(folder: string): string {
  const file = join(folder, 'secret')
  const kept = read(file)
  if (kept) return kept
  const secret = fresh()
  try {
    mkdirSync(folder, { recursive: true })
    // Another Node-RED may have started at the same moment. Then its secret, the first one, is used.
    writeFileSync(file, secret, { flag: kept === null ? 'wx' : 'w', mode: 0o600, flush: true })
    chmodSync(file, 0o600)
    return secret
  } catch {
    return read(file) || secret
  }
}

/** Null: there is none. Empty: it is damaged. */
function read(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return /^[0-9a-f]{64}$/.test(text) ? text : ''
  } catch {
    return null
  }
}

const fresh = () => randomBytes(32).toString('hex')
