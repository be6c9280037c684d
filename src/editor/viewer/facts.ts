import { say } from '../shell/words'
import type { Result, ResultOutput } from './results'

/** The line under a picture: `128 × 128, a colour image, 12 ms on cpu, 14:03:22`. */
export function factsOf({ ms, device, seed, doubt, at }: Result, output: ResultOutput): string[] {
  const { width, height, seconds, type, count, length, range, unit } = output
  return [
    ...(doubt ? [doubt] : []),
    ...(width && height ? [`${width} × ${height}`] : []),
    ...(seconds === undefined ? [] : [`${Number(seconds.toPrecision(3))} s`]),
    ...(length === undefined ? [] : [say('characters', { count: length })]),
    ...(type ? [type] : []),
    ...(count === undefined || output.kind !== 'shapes' ? [] : [say('found', { number: count })]),
    ...(range ? [say('blackToWhite', { black: measure(range[0], unit), white: measure(range[1], unit) })] : []),
    ...(ms === undefined
      ? []
      : [device ? say('tookOn', { ms: Math.round(ms), device }) : say('took', { ms: Math.round(ms) })]),
    ...(seed === undefined ? [] : [say('runtime.seed', { seed })]),
    new Date(at).toLocaleTimeString(),
  ]
}

/** The file name of an output: the node's name, without characters that file names can't contain. */
export function fileName(node: string, output: string, ending: string): string {
  const plain = [node, output]
    .filter(Boolean)
    .join(' ')
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .trim()
  return `${plain || 'picture'}.${ending}`
}

function measure(value: number, unit = ''): string {
  return `${Math.round(value * 100) / 100} ${unit}`.trim()
}
