import type { IncomingMessage } from 'node:http'
import { sayFileError } from '../../files'
import { Cancelled, DiskError, Interruption, StoreError } from './store-error'

const DISK = new Set(
  'ENOSPC,EDQUOT,EACCES,EPERM,EROFS,EIO,ENOTDIR,EISDIR,EMFILE,ENFILE,ENAMETOOLONG,EFBIG,ENOENT,EEXIST'.split(','),
)

/**
 * Translates a network or disk error into an error with a readable message, whose class says whether to
 * retry.
 */
export function understood(error: unknown, file: string, host: string, signal: AbortSignal): Error {
  if (signal.aborted) return new Cancelled()
  if (error instanceof StoreError || error instanceof Interruption) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  if (DISK.has(code)) return new DiskError(`${file} ${sayFileError(error)}.`)
  if (/^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|HOSTNAME_)/.test(code)) {
    return new StoreError(
      `${host} could not prove that it is ${host} (${code}); behind a company's proxy, set NODE_EXTRA_CA_CERTS to its certificate.`,
    )
  }
  return new Interruption(networkError(code, message, host))
}

function networkError(code: string, message: string, host: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} cannot be found (is this computer online?)`
    case 'ECONNREFUSED':
      return `${host} does not answer`
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
      return `${host} cannot be reached`
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was cut'
    default:
      return `the connection failed (${message || code})`
  }
}

/** The error for a response that isn't the file. */
export function refused({ statusCode = 0, headers }: IncomingMessage, { href, host }: URL): Error {
  if ([408, 425, 429, 500, 502, 503, 504].includes(statusCode)) {
    return new Interruption(`${host} is busy (${statusCode})`, retryAfter(headers['retry-after']))
  }
  if (statusCode === 404 || statusCode === 410) return new StoreError(`${href} no longer exists (${statusCode}).`)
  if (statusCode === 401 || statusCode === 403)
    return new StoreError(`${host} refused to send ${href} (${statusCode}).`)
  return new StoreError(`${host} answered ${statusCode} instead of sending ${href}.`)
}

/** A captive portal answers every request with its own page. */
export function pageInstead({ href, host }: URL): StoreError {
  return new StoreError(
    `${host} sends a web page instead of ${href}, probably a login page: open that address in a browser on this network, or use another mirror.`,
  )
}

/** In milliseconds. The header contains seconds or a date. */
function retryAfter(header = ''): number {
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now())
}
