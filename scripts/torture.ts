/**
 * `npm run torture -- [--minutes 60] [--seed N] [--only
 * inputs|disk|network|memory|descriptors|clock|clients|addresses|served|power|mixed] [--replay RECIPE]`: does
 * to a real Node-RED what nobody should do to an installation. Exits with 0 if it survived, its event loop
 * stayed free, its memory stayed bounded, and every message was accounted for.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freshSeed, uniforms } from '../src/random'
import { packageFolder } from '../test/browser/support/versions'
import { type Addresses, tortureAddresses } from './torture/addresses'
import { tortureClients } from './torture/clients'
import { tortureClock } from './torture/clock'
import { Corpus, grown } from './torture/corpus'
import { tortureDescriptors } from './torture/descriptors'
import { tortureDisk } from './torture/disk'
import { everyNode } from './torture/every-node'
import type { Failures } from './torture/failures'
import type { Recipe } from './torture/hostile'
import { corpus, type Inputs, LONGEST_GAP, recipes, tortureInputs } from './torture/inputs'
import { tortureMemory } from './torture/memory'
import { tortureMixed } from './torture/mixed'
import { tortureNetwork } from './torture/network'
import { torturePower } from './torture/power'
import { tortureServed } from './torture/served'

/** @param share of the time, in ms */
type Part = (random: () => number, isOver: () => boolean, share: number) => Promise<string[]>

/**
 * At how many bytes of each connection the network breaks, in either direction, and at how many readings the
 * clock jumps.
 */
const PLACES = 12
const places = (random: () => number) => (count: number) =>
  Array.from({ length: PLACES }, () => 1 + Math.floor(random() * count))

/**
 * The relative time of each part: a line fitted to memory means nothing before twenty minutes, and there are
 * many inputs.
 */
const weightOf = (part: string) => ({ mixed: 6, inputs: 2 })[part] ?? 1

const log = (line: string) => console.log(line)

const parts: Record<string, Part> = {
  /**
   * The corpus grows for a third of the time, guided by the code that is reached; then its inputs and others
   * are measured.
   */
  async inputs(random, isOver, share) {
    const kept = new Corpus(join(packageFolder, '.cache', 'torture'))
    const fresh = () => recipes(everyNode('/tmp'), random)
    const grows = Date.now() + share / 3
    let more = 0
    const reached = (recipe: Recipe, news: number) => {
      if (kept.offer(recipe, news)) more++
    }
    const isGrown = () => isOver() || Date.now() > grows
    const grew = await tortureInputs(grown(kept, fresh, random), { isOver: isGrown, log, reached })
    log(`${kept.all().length} inputs are kept; ${more} of this run reached code that none before them had`)
    function* all() {
      yield* corpus()
      yield* grown(kept, fresh, random)
    }
    const result = await tortureInputs(all(), { isOver, log })
    log(tableOf(result))
    return [...grew.faults, ...result.faults, ...result.slow]
  },
  async disk(random, _isOver, share) {
    return failuresOf(await tortureDisk({ share, random, log }))
  },
  async network(random, isOver) {
    return failuresOf(await tortureNetwork({ pick: places(random), isOver, log }))
  },
  async memory(random, _isOver, share) {
    return failuresOf(await onLinux(() => tortureMemory({ share, random, log })))
  },
  async descriptors(random, _isOver, share) {
    return failuresOf(await onLinux(() => tortureDescriptors({ share, random, log })))
  },
  async clock(random, _isOver, share) {
    return failuresOf(await tortureClock({ pick: places(random), share, random, log }))
  },
  async clients() {
    const { faults, gaps, descriptors } = await tortureClients({ log })
    log(`Longest gaps, in ms: ${JSON.stringify(gaps)}; descriptors: ${descriptors.join(' → ')}`)
    return faults
  },
  async addresses(random, isOver) {
    return faultsOf(await tortureAddresses({ random, isOver, rounds: Number.POSITIVE_INFINITY, log }))
  },
  async served(random, isOver) {
    return faultsOf(await tortureServed({ random, isOver, rounds: Number.POSITIVE_INFINITY, log }))
  },
  async power(random, isOver) {
    const { cuts, kept, faults } = await torturePower({ random, isOver, log })
    log(`${cuts} power cuts; ${kept} times something kept was looked for`)
    return faults
  },
  async mixed(random, isOver) {
    const { faults, ends, kills, growth, more } = await tortureMixed({ random, isOver, log })
    log(
      `${JSON.stringify(ends)}, ${kills} lanes killed; MB an hour: ${JSON.stringify(growth)}; more open: ${JSON.stringify(more)}`,
    )
    return faults
  },
}

function failuresOf({ failed, faults }: Failures): string[] {
  log(`Met by what went wrong: ${JSON.stringify(failed)}`)
  return faults
}

/** What `prlimit` does. */
async function onLinux(torture: () => Promise<Failures>): Promise<Failures> {
  if (process.platform === 'linux') return torture()
  log('Only Linux can do this.')
  return { failed: {}, faults: [] }
}

function faultsOf({ faults, answers, gaps }: Addresses): string[] {
  const longest = Object.entries(gaps).sort(([, a], [, b]) => b - a)
  log(`Answers: ${JSON.stringify(answers)}; longest gaps, in ms: ${JSON.stringify(longest.slice(0, 5))}`)
  const slow = longest.filter(([, ms]) => ms > LONGEST_GAP)
  return [...faults, ...slow.map(([at, ms]) => `${at} held up all else for ${Math.round(ms)} ms`)]
}

function tableOf({ ends, byKind }: Inputs): string {
  const rows = Object.entries(byKind).sort(([, a], [, b]) => b.worked - a.worked)
  const lines = rows.map(
    ([kind, { count, worked, cloned, late, memory, at }]) =>
      `${worked.toFixed(0).padStart(7)} ${cloned.toFixed(0).padStart(7)} ${late.toFixed(0).padStart(7)} ${(memory / 1e6).toFixed(0).padStart(6)} ${`${count}`.padStart(5)}  ${kind} (${at})`,
  )
  return [
    ` worked  cloned    late     MB count  kind of input (node of the longest gap, in ms)`,
    ...lines,
    JSON.stringify(ends),
  ].join('\n')
}

async function main(): Promise<void> {
  // The Node-REDs that this process started end with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: `${freshSeed()}` },
      replay: { type: 'string' },
      only: { type: 'string', multiple: true, default: Object.keys(parts) },
    },
  })
  if (values.replay) {
    const result = await tortureInputs([JSON.parse(values.replay)], { log })
    log(tableOf(result))
    return
  }
  log(`The seed is ${values.seed}.`)
  const faults: string[] = []
  const weights = values.only.reduce((sum, name) => sum + weightOf(name), 0)
  for (const name of values.only) {
    const share = (Number(values.minutes) * 60_000 * weightOf(name)) / weights
    const end = Date.now() + share
    log(`\n— ${name}`)
    faults.push(
      ...((await parts[name]?.(uniforms(values.seed), () => Date.now() > end, share)) ?? [`Unknown part: ${name}.`]),
    )
  }
  log(faults.length === 0 ? '\nNothing went wrong.' : `\n${faults.length} faults:\n${faults.join('\n')}`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

if (require.main === module) void main()
