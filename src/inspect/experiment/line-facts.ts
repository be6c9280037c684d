import type { Engine, FetchedTensor } from '../../engine'
import { Image } from '../../types'
import type { LineFacts, Proposal } from '../choice'
import type { Inspection } from '../inspect'
import { arrangementsOf } from '../line-arrangements'
import { proposalOf } from '../manifest-of'
import { attempt, type Bench } from './attempt'
import { samplePicture } from './samples'

/**
 * The minimum share of places with "no letter": where nothing is written, networks that read lines output
 * this nearly everywhere.
 */
const MOSTLY = 0.5
/** By how large a share of the places the evidence for one side must exceed that for the other. */
const CLEAR = 0.25

/**
 * Finds out, for outputs that read a line, which dimension holds the letters and whether the last index means
 * "no letter". Null if there are no such outputs, or the run fails.
 */
export async function lineFacts(
  { path, manifest, file, bytes, sha256, label }: Inspection,
  engine: Engine,
  timeLimit: number,
): Promise<Map<string, LineFacts> | null> {
  const proposal = proposalOf(manifest)
  const lines = proposal?.outputs.filter(({ reading }) => reading && !reading.each) ?? []
  if (!proposal || lines.length === 0) return null
  const bench: Bench = { path, facts: { file, bytes, sha256, label }, engine, tapped: null, timeLimit }
  const plain: Proposal = {
    ...proposal,
    outputs: proposal.outputs.map((output) => (output.as === 'text' ? { ...output, as: 'numbers' } : output)),
  }
  const { image } = await samplePicture('line')
  const seen = await Promise.all([image, empty(image)].map((each) => attempt(plain, { image: each }, bench))).catch(
    () => null,
  )
  if (!seen) return null
  const facts = new Map<string, LineFacts>()
  const width = proposal.inputs.find(({ as }) => as === 'picture')?.picture?.width
  for (const output of lines) {
    const tensors = seen.flatMap(({ raw }) => raw[output.tensor] ?? [])
    const found = arrangementsOf(output, width).map(({ axis }) => evidence(tensors, axis))
    const [best, other] = found.sort((a, b) => b.clear - a.clear)
    if (!best) continue
    const isClear = best.clear > (other?.clear ?? 0) + CLEAR
    facts.set(output.tensor, {
      ...(isClear && { axis: best.axis }),
      ...(best.last > MOSTLY && best.last > best.first && { isBlankLast: true as const }),
    })
  }
  return facts
}

const empty = ({ width, height }: Image) =>
  new Image({ width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(255) })

/**
 * How clearly a dimension holds the letters: its numbers add up to one at each place, or the first or last letter is
 * the likeliest at most places.
 */
function evidence(tensors: FetchedTensor[], axis: number) {
  const places = tensors.flatMap((tensor) => scoresAlong(tensor, axis))
  const share = (is: (scores: number[]) => boolean) => places.filter(is).length / Math.max(1, places.length)
  const sumOf = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
  const isOne = (sum: number) => Math.abs(sum - 1) < 0.02
  const whole = share((scores) => isOne(sumOf(scores)) || isOne(sumOf(scores.map(Math.exp))))
  const isBest = (scores: number[], letter: number) =>
    scores.every((score, other) => other === letter || score < (scores[letter] ?? 0))
  const first = share((scores) => isBest(scores, 0))
  const last = share((scores) => isBest(scores, scores.length - 1))
  return { axis, first, last, clear: Math.max(whole, first, last) }
}

/** The numbers along one dimension of a tensor, for each place of its others. */
function scoresAlong({ dims, data }: FetchedTensor, axis: number): number[][] {
  const letters = dims[axis] ?? 1
  const inner = dims.slice(axis + 1).reduce((product, side) => product * side, 1)
  return Array.from({ length: data.length / letters }, (_, place) => {
    const start = Math.floor(place / inner) * letters * inner + (place % inner)
    return Array.from({ length: letters }, (_, letter) => Number(data[start + letter * inner]))
  })
}
