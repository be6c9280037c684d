import type { Code } from './failing-disk'
import { type Failures, tortureOperations, type Watched } from './failures'
import { writing } from './operations'

const CODES: Code[] = ['ENOSPC', 'EMFILE', 'EIO', 'EACCES', 'EROFS', 'SHORT']

/** Files that cannot be removed stay. */
const REMOVES = /^(rm|rmdir|unlink|rename|link|readdir|lstat|opendir)/

/**
 * Makes every n-th file call of everything that writes fail: once, and from then on always.
 * @param pick which of this many calls fail
 */
export function tortureDisk({
  pick = (count) => Array.from({ length: count }, (_, i) => i + 1),
  codes = CODES,
  ...watched
}: { pick?: (count: number) => number[]; codes?: Code[] } & Watched = {}): Promise<Failures> {
  return tortureOperations(
    {
      operations: writing,
      async *troubles(server, once, under) {
        for (const code of codes) {
          await server.disk({ under, at: 0, stays: false, code })
          await once()
          const { count } = await server.disk(null)
          for (const at of pick(count)) {
            for (const stays of [false, true]) {
              yield {
                name: `${code} at call ${at}${stays ? ' and all after it' : ''}`,
                begin: () => server.disk({ under, at, stays, code }),
                async end() {
                  const { failed } = await server.disk(null)
                  const [met] = failed
                  return met === undefined ? null : { met, canRemove: !failed.some((call) => REMOVES.test(call)) }
                },
              }
            }
          }
        }
      },
    },
    watched,
  )
}
