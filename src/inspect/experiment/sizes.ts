import type { FetchedTensor } from '../../engine'
import { resize } from '../../images'
import type { PictureChoice, Proposal } from '../choice'
import { attempt, type Bench } from './attempt'
import { samplePicture } from './samples'

/** The multiples of sides that networks of any size may need. */
const MULTIPLES = [1, 2, 4, 8, 14, 16, 28, 32, 64]
/** A tried side has about this many pixels: as small and fast as the deepest networks allow. */
const SIDE = 70

/**
 * For a network that takes pictures of any size: the smallest multiple of sides that it takes without loss, and how
 * many times as large its output is. The values suggested by the network's steps are tried first and corrected.
 */
export async function fitSizes(proposal: Proposal, bench: Bench, until: number): Promise<Proposal> {
  const input = proposal.inputs.find(({ as }) => as === 'picture')
  const picture = input?.picture
  const sent = proposal.outputs.filter(
    ({ as }) => as === 'picture' || as === 'labels' || as === 'values' || as === 'masks',
  )
  if (!input || !picture || picture.fit !== 'keep' || picture.width || picture.height || sent.length === 0)
    return proposal
  const maps = sent.map(({ tensor, picture: made }) => ({ tensor, isLast: made?.layout.endsWith('HWC') ?? false }))
  const { image } = await samplePicture('cat')
  for (const multiple of MULTIPLES) {
    if (performance.now() > until) return proposal
    const [width, height] = [oddTimes(multiple, SIDE + 20), oddTimes(multiple, SIDE)]
    const plain: Proposal = {
      ...proposal,
      inputs: proposal.inputs.map((each) =>
        each === input ? { ...each, picture: { ...picture, fit: 'stretch', width, height } } : each,
      ),
      outputs: proposal.outputs.map((output) =>
        sent.includes(output) ? { ...output, as: 'numbers' as const } : output,
      ),
    }
    const times = await timesOf(plain, maps, { image: await resize(image, width, height) }, { width, height }, bench)
    if (times !== null) return withSize(proposal, multiple, times)
  }
  return proposal
}

/** The smallest odd multiple of at least this many pixels. */
function oddTimes(multiple: number, side: number): number {
  const times = Math.ceil(side / multiple)
  return multiple * (times % 2 === 0 ? times + 1 : times)
}

/**
 * How many times as large the output is, the same in both directions; null if it is not, or the network refuses the
 * size.
 */
async function timesOf(
  proposal: Proposal,
  maps: { tensor: string; isLast: boolean }[],
  sample: Parameters<typeof attempt>[1],
  size: { width: number; height: number },
  bench: Bench,
): Promise<number | null> {
  try {
    const { raw } = await attempt(proposal, sample, bench)
    const all = maps.map(({ tensor, isLast }) => {
      const [height = 0, width = 0] = (raw[tensor] as FetchedTensor).dims.slice(isLast ? -3 : -2)
      const [across, down] = [width / size.width, height / size.height]
      return across >= 1
        ? across === down && Number.isInteger(across)
          ? across
          : Number.NaN
        : Math.abs(across / down - 1) < 0.06
          ? 1
          : Number.NaN
    })
    return all.every(Number.isFinite) ? Math.max(...all) : null
  } catch {
    return null
  }
}

function withSize(proposal: Proposal, multiple: number, times: number): Proposal {
  const sized = (picture: PictureChoice): PictureChoice => {
    const { multipleOf: _, ...rest } = picture
    return { ...rest, ...(multiple > 1 && { multipleOf: multiple }) }
  }
  return {
    ...proposal,
    inputs: proposal.inputs.map((input) =>
      input.as === 'picture' && input.picture ? { ...input, picture: sized(input.picture) } : input,
    ),
    outputs: proposal.outputs.map((output) =>
      output.as === 'picture' && output.picture
        ? { ...output, picture: { ...output.picture, restore: true, ...(times > 1 && { times }) } }
        : output,
    ),
  }
}
