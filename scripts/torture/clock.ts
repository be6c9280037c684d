import { type Failures, tortureOperations, type Watched } from './failures'
import { working, writing } from './operations'

const HOUR = 3.6e6

/**
 * As when the local time changes, and as when a computer without a battery-backed clock reaches the network.
 */
const JUMPS = [5 * HOUR, -5 * HOUR, 400 * 24 * HOUR]

/**
 * Makes the clock jump by hours at the n-th reading, in Node-RED, its threads and its lanes: nothing may
 * fail.
 * @param pick which of that many readings
 */
export function tortureClock({
  pick,
  jumps = JUMPS,
  ...watched
}: { pick: (count: number) => number[]; jumps?: number[] } & Watched): Promise<Failures> {
  return tortureOperations(
    {
      mustWork: true,
      operations: (around) => ({ ...writing(around), ...working(around) }),
      async *troubles(server, once) {
        server.clock({ by: 0, at: 0 })
        await once()
        const { readings } = await server.look()
        for (const at of pick(readings)) {
          for (const by of jumps) {
            yield {
              name: `the clock jumps by ${by / HOUR} hours at reading ${at}`,
              begin: async () => server.clock({ by, at }),
              async end() {
                // What began after the jump ends before the jump is undone, as that is another jump.
                server.clock({ by: 0, at: 0 })
                return { met: '', canRemove: true }
              },
            }
          }
        }
      },
    },
    watched,
  )
}
