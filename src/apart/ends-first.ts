import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'

/** As processes are weighed by their memory: as if it took half of it. */
const WEIGHT = '500'

/**
 * When memory runs out the system then ends this program rather than Node-RED: from its first moment, in
 * which it couldn't say so itself. Only Linux has this setting.
 */
export function endsFirst({ pid }: Pick<ChildProcess, 'pid'>): void {
  if (process.platform !== 'linux' || pid === undefined) return
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, WEIGHT)
  } catch {
    // Not permitted here, or it has ended already.
  }
}
