import { processors } from '../apart/this-machine'

/** More threads than this rarely make one run faster. */
const MAX_THREADS = 4

let taken = 0

/**
 * Takes threads for a lane, so that all lanes together have no more than there are cores; each gets at least one.
 *
 * @param sharers how many lanes share them
 */
export function takeCores(wanted: number | undefined, sharers = 1): number {
  const cores = processors()
  const given = wanted ?? Math.max(1, Math.min(MAX_THREADS, Math.floor(cores / sharers), cores - taken))
  taken += given
  return given
}

export function giveCores(count: number): void {
  taken -= count
}
