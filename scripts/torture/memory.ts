import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Failures, type Trouble, tortureOperations, type Watched } from './failures'
import { lanesOf } from './lanes'
import { type MemoryGroup, memoryGroup } from './memory-group'
import { startTortured } from './node-red'
import { working, writing } from './operations'

/** Megabytes left to each lane. */
const LANES = [1, 2, 4, 8, 16, 32, 64]
/**
 * And to all processes together: Node-RED's own work needs some, and without a lane the system has nothing
 * else to kill.
 */
const ALL = [64, 80, 96, 128, 192]

/**
 * Leaves less and less memory: to the lanes, whose allocations then fail, and, if this user may set that, to
 * all processes together, as in a container. In the latter case the system must kill a lane, never Node-RED.
 * @param lanes megabytes left to each lane
 * @param all megabytes left to all processes
 */
export async function tortureMemory({
  lanes = LANES,
  all = ALL,
  ...watched
}: { lanes?: readonly number[]; all?: readonly number[] } & Watched = {}): Promise<Failures> {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-torture-'))
  const group = memoryGroup(folder)
  if (!group) watched.log?.('Only the lanes run out of memory: this user may not limit that of Node-RED.')
  try {
    return await tortureOperations(
      {
        ...(group && { start: (env) => startTortured([], env, group.node) }),
        operations: (around) => ({ ...writing(around), ...working(around) }),
        async *troubles(server) {
          for (const megabytes of lanes)
            yield {
              name: `${megabytes} MB are left to each lane`,
              begin: async () => {
                for (const lane of lanesOf(server.pid as number)) limitLane(lane, megabytes)
              },
              async end() {
                for (const lane of lanesOf(server.pid as number)) limitLane(lane, null)
                return { met: '', canRemove: true }
              },
            }
          for (const megabytes of group ? all : []) yield inGroup(group as MemoryGroup, megabytes)
        },
      },
      watched,
    )
  } finally {
    group?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

function inGroup(group: MemoryGroup, megabytes: number): Trouble {
  let before = 0
  return {
    name: `${megabytes} MB are left to all`,
    async begin() {
      before = group.ended()
      group.limit(group.used() + megabytes * 2 ** 20)
    },
    async end() {
      group.limit(null)
      const ended = group.ended() - before
      return { met: ended > 0 ? `the system ended ${ended} processes` : '', canRemove: true }
    },
  }
}

/** @param megabytes it may use in addition; null: no limit */
function limitLane(lane: number, megabytes: number | null): void {
  try {
    const size = 1024 * Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${lane}/status`, 'utf8'))?.[1])
    const most = megabytes === null ? 'unlimited' : size + megabytes * 2 ** 20
    execFileSync('prlimit', [`--as=${most}:unlimited`, '--pid', `${lane}`], { stdio: 'ignore' })
  } catch {} // it has ended
}
