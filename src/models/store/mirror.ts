import { StoreError } from './store-error'

/**
 * The address from which a file of the catalogue is really fetched. `DAISYCHAIN_MIRROR` contains one or more entries,
 * separated by commas:
 * - `https://a.org=https://b.org/x`: addresses that begin with the first begin with the second instead;
 * - `https://mirror.org/models`: everything else is found there, in a folder for each host:
 *   `…/models/a.org/path/of/the/file`.
 *
 * @throws StoreError if an entry isn't an address
 */
export function mirrored(address: string, env: NodeJS.ProcessEnv = process.env): URL {
  const entries = (env.DAISYCHAIN_MIRROR ?? '').split(',').map((entry) => entry.trim())
  const url = new URL(address)
  let rest: string | undefined
  for (const entry of entries.filter(Boolean)) {
    const [from = '', to] = entry.split(/=(.*)/s)
    if (to === undefined) rest ??= base(entry, entry)
    else if (isUnder(url.href, base(from, entry)))
      return new URL(base(to, entry) + url.href.slice(base(from, entry).length))
  }
  return rest === undefined ? url : new URL(`${rest}/${url.host}${url.pathname}${url.search}`)
}

function isUnder(address: string, prefix: string): boolean {
  return address.startsWith(`${prefix}/`)
}

/** Without a slash at its end. */
function base(text: string, entry: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new StoreError(`DAISYCHAIN_MIRROR has the entry “${entry}”, which isn't a web address.`)
  }
  return new URL(text).href.replace(/\/+$/, '')
}
