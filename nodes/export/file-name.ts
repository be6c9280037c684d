import { basename, isAbsolute, join, normalize } from 'node:path'
import { requireName } from '../../src/files'
import { ValueError } from '../../src/types'
import { SOUNDS } from './formats'

/** What a file name can be made of. */
export interface NameParts {
  /** The picture's own path, relative to the folder it came from. */
  source: string | null
  number: number
  date: Date
}

/** The picture's name for tables, such as `cats/tom.jpg`, from a message's `relative` or `filename`. */
export function sourceOf({ relative, filename }: { relative?: unknown; filename?: unknown }): string | null {
  // The message may come from a program on Windows.
  if (typeof relative === 'string' && relative !== '') return relative.replace(/\\/g, '/')
  return typeof filename === 'string' && filename !== '' ? basename(filename.replace(/\\/g, '/')) : null
}

/**
 * The path of a file below the chosen folder. Replaces `{name}`, `{number}` and `{date}` in the pattern.
 * @throws ValueError for other words in braces, or if the path would be outside the folder
 */
export function filePath(folder: string, pattern: string, ending: string, { source, number, date }: NameParts): string {
  const counted = String(number).padStart(4, '0')
  const name = source ? source.replace(/\.[^./\\]*$/, '') : `${isSound(ending) ? 'sound' : 'image'}-${counted}`
  const words: Record<string, string> = { name, number: counted, date: written(date) }
  // The user may have typed the extension too.
  const typed = pattern.toLowerCase().endsWith(`.${ending}`) ? pattern.slice(0, -ending.length - 1) : pattern
  const filled = withSlashes(typed).replace(/\{([^{}]*)\}/g, (braces, word: string) => {
    if (Object.hasOwn(words, word)) return words[word] as string
    throw new ValueError(`the file name contains ${braces}, but only {name}, {number} and {date} are filled in`, 'flow')
  })
  const path = normalize(filled.replace(/\0/g, ''))
  if (isAbsolute(path) || path === '..' || /^(\.\.|[a-z]:)[/\\]/i.test(path))
    throw new ValueError(`the name "${filled}" leads outside the folder ${folder}`)
  if (/^[a-z]:/i.test(path))
    throw new ValueError(`the name "${filled}" begins like a drive of Windows: leave out the colon`)
  if (/(^|[/\\])\.?$/.test(path)) throw new ValueError(`"${filled}" must end with the name of a file`)
  for (const part of `${path}.${ending}`.split(/[/\\]/)) requireName(part)
  return join(folder, `${path}.${ending}`)
}

function isSound(ending: string): boolean {
  return (SOUNDS as readonly string[]).includes(ending)
}

/** The pattern may be typed as on Windows. Backslashes in names aren't supported. */
function withSlashes(pattern: string): string {
  return pattern.replace(/\\/g, '/')
}

/** `2026-03-04 at 05.06.07`, in local time. */
function written(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} at ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('.')}`
}
