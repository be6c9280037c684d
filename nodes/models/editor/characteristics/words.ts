import { say } from '../../../../src/editor/shell/words'
import { deviceNames } from '../../../../src/engine/device-names'

/** A card's figures are precise to four digits. */
export function sayFigure(value: number): string {
  return `${Number(value.toPrecision(4))}`
}

/** `14:03:22`, with the date where it was not today. */
export function sayWhen(at: number, now = Date.now()): string {
  const [then, today] = [new Date(at), new Date(now)]
  const time = then.toLocaleTimeString()
  return then.toDateString() === today.toDateString() ? time : `${then.toLocaleDateString()} ${time}`
}

/** A device by its name; an inference server is called as it is. */
export function sayDevice(device: string): string {
  return (deviceNames as Record<string, string>)[device] ?? device
}

/** How long the last run took, and the usual time if there were several. In milliseconds. */
export function sayTime({ runs, last, median }: { runs: number; last: number; median: number }): string {
  const times = { last: Math.round(last), median: Math.round(median), runs }
  return say(runs > 1 ? 'timeTaken' : 'took', runs > 1 ? times : { ms: times.last })
}
