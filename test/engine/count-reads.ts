import { Kept } from '../../src/engine'

/** Counts, in each test of a suite, how often numbers kept by an engine are read. */
export function countReads(): { reads: number } {
  const { read } = Kept.prototype
  const count = { reads: 0 }
  beforeEach(() => {
    count.reads = 0
    Kept.prototype.read = function () {
      count.reads++
      return read.call(this) as never
    }
  })
  afterEach(() => {
    Kept.prototype.read = read
  })
  return count
}
