import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { sayFileError } from '../../src/files'
import { ValueError } from '../../src/types'

export interface Certificate {
  key: Buffer
  cert: Buffer
}

/**
 * The certificate for ports that are open to the network: `daisychain/https/key.pem` and `cert.pem` in the
 * user directory. Null if there is none; then those ports use plain HTTP.
 * @throws ValueError if it cannot be used
 */
export function certificateIn(userDir: string | undefined): Certificate | null {
  if (!userDir) return null
  const folder = join(userDir, 'daisychain', 'https')
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => read(join(folder, name)))
  if (!key && !cert) return null
  if (!key || !cert) throw new ValueError(`the certificate in ${folder} needs two files, key.pem and cert.pem`)
  try {
    createSecureContext({ key, cert })
  } catch {
    throw new ValueError(
      `the certificate in ${folder} cannot be used: key.pem and cert.pem don't belong together, or are damaged`,
    )
  }
  return { key, cert }
}

function read(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new ValueError(`${file} ${sayFileError(error)}`)
  }
}
