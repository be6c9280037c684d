/**
 * Preloaded into Node-RED, its threads, and its lanes: makes the clock jump at the n-th reading, as set in a
 * file.
 */
import { readFileSync } from 'node:fs'

export interface Jump {
  /** ms, forwards or backwards. */
  by: number
  /** At which reading, from 1; 0: never, readings are only counted. */
  at: number
}

/** How often it checks whether the file has changed, in ms. */
const LOOKS = 10

/** Where the process can find how often its clock has been read since the file was written. */
const READINGS = Symbol.for('daisychain torture: readings of the clock')

/** @param file of a `Jump` as JSON; without one the clock is right @public */
export function followClock(file: string): void {
  const real = Date
  const read = readFileSync
  let looked = Number.NEGATIVE_INFINITY
  let told = ''
  let jump: Jump = { by: 0, at: 0 }
  let readings = 0

  function look(): void {
    if (performance.now() - looked < LOOKS) return
    looked = performance.now()
    let text: string
    try {
      text = read(file, 'utf8')
    } catch {
      return // too many files are open, or none has been written yet
    }
    if (text === told || text === '') return
    told = text
    jump = JSON.parse(text) as Jump
    readings = 0
  }

  function now(): number {
    look()
    readings++
    return real.now() + (jump.at > 0 && readings >= jump.at ? jump.by : 0)
  }

  const jumping: DateConstructor = new Proxy(real, {
    apply: () => new real(now()).toString(),
    construct: (target, given, made) => Reflect.construct(target, given.length > 0 ? given : [now()], made),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
  real.prototype.constructor = jumping
  globalThis.Date = jumping
  Object.assign(globalThis, { [READINGS]: () => readings })
}

/** How often this process has read its clock since the file was written. */
export function readingsOfClock(): number {
  const { [READINGS]: readings } = globalThis as unknown as Record<symbol, (() => number) | undefined>
  return readings?.() ?? 0
}
