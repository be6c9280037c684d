/** What the onnx node makes of real networks untouched, how long that takes, and what its words for how sure it is are worth. */
import { proposalOf, proposeFile } from '../src/inspect'
import { found, sayings, sureness, type Truth, type Verdict, verdictOf } from '../test/real/truth'
import { type Bench, type Figure, median } from './figure'

interface Judged {
  truth: Truth
  verdict: Verdict
  sure: string
  ms: number
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
    judged.push({ truth, verdict, sure, ms })
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
  return figures
}
