import { BlockList, isIP } from 'node:net'
import { StoreError } from './store-error'

/**
 * The proxy for an address, from the usual environment variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
 * `NO_PROXY`, in upper or lower case. Null if there is none.
 *
 * @throws StoreError if the proxy isn't supported
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv = process.env): URL | null {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || ''
  const named = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read('ALL_PROXY')
  if (named === '' || isExcepted(url, read('NO_PROXY'))) return null
  const address = named.includes('://') ? named : `http://${named}`
  const proxy = URL.canParse(address) ? new URL(address) : null
  if (!proxy || !['http:', 'https:'].includes(proxy.protocol)) {
    throw new StoreError(`The proxy “${named}” cannot be used: its address must begin with http:// or https://.`)
  }
  return proxy
}

/** The credentials for a proxy, if its URL contains any. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (!username) return {}
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/**
 * Whether `NO_PROXY` lists the host. It contains hosts (which include their subdomains), IP addresses and
 * address ranges, each with an optional port, or `*` for everything.
 */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true
      if (entry.includes('/')) return isInRange(host, entry)
      const [, name = entry, onlyPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? []
      if (onlyPort !== undefined && onlyPort !== port) return false
      const suffix = name.replace(/^\*?\./, '')
      return host === suffix || host.endsWith(`.${suffix}`)
    })
}

function isInRange(host: string, range: string): boolean {
  const [start = '', length = ''] = range.split('/')
  const version = isIP(host)
  const most = version === 4 ? 32 : 128
  if (version === 0 || isIP(start) !== version || !/^\d+$/.test(length) || Number(length) > most) return false
  const type = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(start, Number(length), type)
  return list.check(host, type)
}
