import { networkInterfaces } from 'node:os'

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/**
 * The host names by which other devices reach a port that is open on this host: all of this computer's, or
 * only that one.
 */
export function hostsOf(host: string): string[] {
  if (isLoopback(host)) return []
  if (host !== '0.0.0.0' && host !== '::') return [host.includes(':') ? `[${host}]` : host]
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? [])
  const found = all.filter(
    ({ family, internal, address }) => family === 'IPv4' && !internal && !/^169\.254\./.test(address),
  )
  return found.map(({ address }) => address)
}
