/**
 * `npm run bench [-- NAME…] [--json FILE]`: runs the benches in bench/ and prints one table. Exits with 0
 * whatever the figures. With `--smoke` each measures next to nothing, and it exits with 1 if one fails.
 */
import { fork } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench, Figure } from '../bench/figure'
import { printTable } from './bench/table'

const FOLDER = join(__dirname, '..', 'bench')
const ENDING = '.bench.js'

type Figures = Record<string, Figure>

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' }, smoke: { type: 'boolean' } },
    allowPositionals: true,
  })
  const all = readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
  const unknown = positionals.filter((name) => !all.includes(name))
  if (unknown.length > 0) {
    console.error(`There is no bench "${unknown.join('", "')}"; there are ${all.join(', ')}.`)
    process.exitCode = 2
    return
  }
  if (values.smoke) process.env.DAISYCHAIN_SMOKE = '1'
  const figures: Figures = {}
  for (const name of positionals.length > 0 ? positionals : all) {
    console.error(`measuring ${name} …`)
    const measured = await inOwnProcess(name)
    if (!measured && values.smoke) process.exitCode = 1
    Object.assign(figures, measured)
  }
  if (!values.smoke) printTable(figures)
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ figures }, null, 2)}\n`)
}

/** Each bench gets its own process, so that none warms up or fills memory for the next. Null if it failed. */
function inOwnProcess(name: string): Promise<Figures | null> {
  return new Promise((resolve) => {
    const child = fork(__filename, [], { env: { ...process.env, DAISYCHAIN_BENCH: name } })
    let figures: Figures = {}
    child.on('message', (message: Figures) => {
      figures = message
    })
    child.on('close', (code, signal) => {
      if (code !== 0) console.error(`The bench ${name} failed (${signal ?? `exit code ${code}`}).`)
      resolve(code === 0 ? figures : null)
    })
  })
}

async function runOne(name: string): Promise<void> {
  const { bench } = require(join(FOLDER, name + ENDING)) as { bench: Bench }
  try {
    const figures = await bench()
    process.send?.(figures, () => process.exit(0))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}

const one = process.env.DAISYCHAIN_BENCH
if (one) void runOne(one)
else void main()
