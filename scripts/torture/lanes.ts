import { readdirSync, readFileSync } from 'node:fs'

/** Process ids of a process's children; none if the system doesn't tell. */
export function childrenOf(pid: number | string): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

/** Kills the lanes of a Node-RED, and waits until none is left. */
export async function endLanes(pid: number): Promise<void> {
  const lanes = lanesOf(pid)
  for (const lane of lanes) kill(lane)
  const areLeft = () => childrenOf(pid).some((child) => lanes.includes(child))
  for (const end = Date.now() + 5000; areLeft() && Date.now() < end; ) {
    await new Promise((later) => setTimeout(later, 10))
  }
}

/** Process ids of a Node-RED's lanes. */
export const lanesOf = (pid: number) => childrenOf(pid).filter((child) => nameOf(child) === 'daisychain-lane')

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {} // it has ended already
}

/** Empty if it has ended. */
export function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}
