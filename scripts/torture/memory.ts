import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Failures, type Trouble, tortureOperations, type Watched } from './failures'
import { lanesOf } from './lanes'
import { type MemoryGroup, memoryGroup } from './memory-group'
import { startTortured } from './node-red'
import { working, writing } from './operations'

/** Megabytes that are left to each lane. */
const LANES = [4, 8, 16, 32, 64, 128]
/** And to all: Node-RED's own work needs some, and nobody could end first where there is no lane. */
const ALL = [64, 80, 96, 128, 192]

/**
 * Leaves less and less memory: to the lanes, whose allocations then fail, and, where this user may say so, to
 * all of them together, as in a container, where the system then ends one: a lane, and never Node-RED.
 * @param lanes megabytes that are left to each
 * @param all megabytes that are left to all
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

/** @param megabytes that it may take on top; null: as many as there are */
function limitLane(lane: number, megabytes: number | null): void {
  try {
    const size = 1024 * Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${lane}/status`, 'utf8'))?.[1])
    const most = megabytes === null ? 'unlimited' : size + megabytes * 2 ** 20
    execFileSync('prlimit', [`--as=${most}:unlimited`, '--pid', `${lane}`], { stdio: 'ignore' })
  } catch {} // it has ended
}
