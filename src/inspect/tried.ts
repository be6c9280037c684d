import type { Engine } from '../engine'
import type { Image } from '../types'
import { experiment } from './experiment/experiment'
import { tap } from './experiment/taps'
import type { Inspection } from './inspect'
import { manifestOf, proposalOf } from './manifest-of'
import { readOnnxFile } from './read-file'

/**
 * The proposal for a file after running its network. If it can't be run, the proposal is based on the file alone.
 *
 * @param timeLimit milliseconds that one run of it may take
 * @param pictures the user's own pictures
 */
export async function tried(
  inspection: Inspection,
  engine: Engine,
  timeLimit: number,
  pictures: readonly Image[] = [],
): Promise<Inspection> {
  const { path, manifest, file: name, bytes, sha256, label } = inspection
  const proposal = proposalOf(manifest)
  if (!proposal) return inspection
  const facts = { file: name, bytes, sha256, label }
  const file = readOnnxFile(path)
  const tapped = tap(path, file, bytes)
  try {
    const bench = { path, facts, engine, tapped, timeLimit }
    return { ...inspection, manifest: manifestOf(await experiment(proposal, file, bench, pictures), facts) }
  } finally {
    if (tapped) await engine.release(tapped.path).catch(() => {})
    tapped?.remove()
  }
}
