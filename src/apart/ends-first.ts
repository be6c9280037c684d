import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'

/** The system weighs processes by their memory. This adds the equivalent of half of all memory. */
const WEIGHT = '500'

/**
 * Makes the system end this program rather than Node-RED when memory runs out. It is set from outside,
 * because the program couldn't do it in its first moments. Only Linux has this setting.
 */
export function endsFirst({ pid }: Pick<ChildProcess, 'pid'>): void {
  if (process.platform !== 'linux' || pid === undefined) return
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, WEIGHT)
  } catch {
    // Not permitted, or the program has ended already.
  }
}
