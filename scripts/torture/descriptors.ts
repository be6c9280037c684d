import { execFileSync } from 'node:child_process'
import { type Failures, tortureOperations, type Watched } from './failures'
import { working, writing } from './operations'

/** How many descriptors Node-RED and its lanes may have. */
const MOST = 400

/** This many free descriptors are enough for anything. */
export const ENOUGH = 40

/**
 * Leaves Node-RED zero, one, two … free descriptors, so that the n-th thing it opens fails: a file, a
 * connection, a pipe to a new process.
 * @param free how many it has
 */
export function tortureDescriptors({
  free = Array.from({ length: ENOUGH }, (_, i) => i),
  ...watched
}: { free?: readonly number[] } & Watched = {}): Promise<Failures> {
  return tortureOperations(
    {
      operations: (around) => ({ ...writing(around), ...working(around) }),
      async *troubles(server) {
        execFileSync('prlimit', [`--nofile=${MOST}:${MOST}`, '--pid', `${server.pid}`])
        for (const count of free)
          yield {
            name: `${count} descriptors are free`,
            begin: () => server.hold(count),
            async end() {
              await server.hold(null)
              return { met: '', canRemove: false }
            },
          }
      },
    },
    watched,
  )
}
