import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Bench } from './figure'

const ROOT = resolve(__dirname, '../..')
const ROUNDS = 5

/**
 * How much later Node-RED's flows start with this package than without it: both in turn, the fastest of each.
 */
export const bench: Bench = async () => {
  const [without, beside] = [[] as number[], [] as number[]]
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await start([]))
    beside.push(await start([ROOT]))
  }
  const seconds = (Math.min(...beside) - Math.min(...without)) / 1000
  return { 'start.added': { value: Number(seconds.toFixed(2)), unit: 's', aim: 0.5, better: 'lower' } }
}

/** Milliseconds from the start of the process until the flows have started. */
function start(nodesDir: string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-start-'))
  const settings = { uiHost: '127.0.0.1', uiPort: 0, flowFile: 'flows.json', telemetry: { enabled: false }, nodesDir }
  writeFileSync(join(folder, 'settings.js'), `module.exports = ${JSON.stringify(settings)}`)
  writeFileSync(join(folder, 'flows.json'), JSON.stringify([{ id: 'tab', type: 'tab', label: 'x' }]))
  const begun = performance.now()
  const child = spawn(process.execPath, [
    require.resolve('node-red/red.js'),
    '-u',
    folder,
    '-s',
    join(folder, 'settings.js'),
  ])
  return new Promise((done, fail) => {
    let said = ''
    child.stdout.on('data', (text) => {
      said += text
      if (!said.includes('Started flows')) return
      const spent = performance.now() - begun
      child.removeAllListeners('close')
      child.once('close', () => {
        rmSync(folder, { recursive: true, force: true })
        done(spent)
      })
      child.kill()
      said = ''
    })
    child.once('close', () => fail(new Error(`Node-RED did not start:\n${said}`)))
  })
}
