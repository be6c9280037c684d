import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as rest } from 'node:timers/promises'
import { enough, median } from './figure'

/** Of the size in which a run is asked for. */
const MESSAGE = Buffer.alloc(300)
const ROUNDS = 100

/**
 * The median milliseconds that a small message takes to another process of Node.js and back, after both have
 * rested for `pause` ms.
 */
export async function thereAndBack(pause: number): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.on("data", (data) => process.stdout.write(data))'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const times: number[] = []
  for (let round = -5; round < enough(ROUNDS); round++) {
    await rest(pause)
    const started = performance.now()
    const back = once(child.stdout, 'data')
    child.stdin.write(MESSAGE)
    await back
    if (round >= 0) times.push(performance.now() - started)
  }
  child.stdin.end()
  await once(child, 'exit')
  return median(times)
}
