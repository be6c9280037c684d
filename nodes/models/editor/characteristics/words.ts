import { language, say } from '../../../../src/editor/shell/words'
import { deviceNames } from '../../../../src/engine/device-names'

/** A card's figures are precise to four digits. */
export function sayFigure(value: number): string {
  return value.toLocaleString(language(), { maximumSignificantDigits: 4, useGrouping: false })
}

/** `14:03:22`, with the date unless it was today. */
export function sayWhen(at: number, now = Date.now()): string {
  const [then, today] = [new Date(at), new Date(now)]
  const time = then.toLocaleTimeString(language())
  return then.toDateString() === today.toDateString() ? time : `${then.toLocaleDateString(language())} ${time}`
}

/** A device's name. Inference servers keep their own name. */
export function sayDevice(device: string): string {
  return (deviceNames as Record<string, string>)[device] ?? device
}

/** How long the last run took, and the median if there were several. In milliseconds. */
export function sayTime({ runs, last, median }: { runs: number; last: number; median: number }): string {
  const times = { last: Math.round(last), median: Math.round(median), runs }
  return say(runs > 1 ? 'timeTaken' : 'took', runs > 1 ? times : { ms: times.last })
}
