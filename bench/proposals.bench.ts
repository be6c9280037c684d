/**
 * What the onnx node proposes for real networks without any settings, how long that takes, and how reliable
 * its statements of confidence are.
 */
import { proposalOf, proposeFile } from '../src/inspect'
import { found, sayings, sureness, type Truth, type Verdict, verdictOf } from '../test/real/truth'
import { type Bench, type Figure, median } from './figure'

interface Judged {
  truth: Truth
  verdict: Verdict
  sure: string
  /** For the proposed preprocessing, where several were tried. */
  odds: number | undefined
  /** A proposal that asks the user is never called likely. */
  isAsked: boolean
  ms: number
}

/** The highest acceptable share of errors among those called likely. */
const MOST_WRONG = 0.05
/** The candidates never go below this minimum: there are too few wrong proposals to learn from. */
const BOUNDS = [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99]

/**
 * The odds from which a preprocessing may be called likely, chosen on all other families, and its error rate
 * on the one left out: so no bound is judged on the data that chose it.
 */
function leftOut(judged: readonly Judged[]): { held: number; wrong: number } {
  const tried = judged.flatMap(({ odds, isAsked, truth, verdict }) =>
    odds === undefined || isAsked ? [] : [{ odds, family: truth.family, isRight: verdict === 'right' }],
  )
  const total = { held: 0, wrong: 0 }
  console.error('  family left out   bound of the others   likely   of these wrong')
  for (const family of new Set(tried.map((each) => each.family))) {
    const others = tried.filter((each) => each.family !== family)
    const fits = (bound: number) => {
      const held = others.filter(({ odds }) => odds >= bound)
      return held.filter(({ isRight }) => !isRight).length <= MOST_WRONG * held.length
    }
    const bound = BOUNDS.find(fits) ?? 1
    const held = tried.filter((each) => each.family === family && each.odds >= bound)
    const wrong = held.filter(({ isRight }) => !isRight).length
    console.error(
      `  ${family.padEnd(17)} ${String(bound).padStart(19)} ${String(held.length).padStart(8)} ${String(wrong).padStart(16)}`,
    )
    total.held += held.length
    total.wrong += wrong
  }
  return total
}

export const bench: Bench = async () => {
  const judged: Judged[] = []
  for (const { truth, path } of found()) {
    const started = performance.now()
    const { manifest } = await proposeFile(path)
    const ms = performance.now() - started
    const proposal = proposalOf(manifest) ?? manifest.proposal
    const verdict = verdictOf(proposal, truth)
    const sure = sureness(proposal)
    const { takes, gives } = sayings(proposal)
    console.error(
      `  ${verdict.padEnd(6)} ${sure.padEnd(7)} ${Math.round(ms).toString().padStart(6)} ms  ${truth.file}: ${takes} → ${gives.join(', ')}`,
    )
    judged.push({ truth, verdict, sure, odds: proposal.odds, isAsked: proposal.question !== undefined, ms })
  }
  if (judged.length === 0) {
    console.error('  skipped: the real networks are not there (set DAISYCHAIN_REAL_MODELS)')
    return {}
  }
  const silent = judged.filter(({ verdict }) => verdict === 'wrong')
  const share = (count: number, all = judged.length) => (100 * count) / Math.max(1, all)
  const figures: Record<string, Figure> = {
    'proposals: networks': { value: judged.length, unit: 'networks', better: 'higher' },
    'proposals: right untouched': {
      value: share(judged.filter(({ verdict }) => verdict === 'right').length),
      unit: '%',
      aim: 75,
      better: 'higher',
    },
    'proposals: right untouched or after one question': {
      value: share(judged.length - silent.length),
      unit: '%',
      aim: 90,
      better: 'higher',
    },
    'proposals: wrong without a word': { value: share(silent.length), unit: '%', aim: 3, better: 'lower' },
    'proposals: time of one, in the middle': {
      value: median(judged.map(({ ms }) => ms)),
      unit: 'ms',
      aim: 3000,
      better: 'lower',
    },
  }
  for (const sure of ['certain', 'likely', 'guess']) {
    const such = judged.filter((each) => each.sure === sure)
    figures[`proposals: of ${such.length} that are “${sure}”, wrong`] = {
      value: share(such.filter(({ verdict }) => verdict !== 'right').length, such.length),
      unit: '%',
      ...(sure === 'certain' && { aim: 0 }),
      ...(sure === 'likely' && { aim: 5 }),
      better: 'lower',
    }
  }
  const { held, wrong } = leftOut(judged)
  figures[`proposals: of ${held} held likely by bounds from other families, wrong`] = {
    value: share(wrong, held),
    unit: '%',
    aim: 100 * MOST_WRONG,
    better: 'lower',
  }
  return figures
}
