import { basename, isAbsolute, join, normalize } from 'node:path'
import { ValueError } from '../../src/types'

/** What names of files are made of. */
export interface NameParts {
  /** The picture's own name, with the folders below the one it came from. */
  source: string | null
  number: number
  date: Date
}

/** `{relative, filename}` of a message → the picture's name for tables, `cats/tom.jpg`. */
export function sourceOf({ relative, filename }: { relative?: unknown; filename?: unknown }): string | null {
  if (typeof relative === 'string' && relative !== '') return relative
  return typeof filename === 'string' && filename !== '' ? basename(filename.replace(/\\/g, '/')) : null
}

/**
 * The path of a file below the chosen folder: `{name}`, `{number}` and `{date}` in the pattern are filled in.
 *
 * @throws ValueError when it would lie outside the folder
 */
export function filePath(folder: string, pattern: string, ending: string, { source, number, date }: NameParts): string {
  const counted = String(number).padStart(4, '0')
  const name = source ? source.replace(/\.[^./\\]*$/, '') : `image-${counted}`
  const day = date.toISOString().slice(0, 19).replace('T', ' at ').replace(/:/g, '.')
  const filled = pattern.replace(/\{(name|number|date)\}/g, (_, part: string) =>
    part === 'name' ? name : part === 'number' ? counted : day,
  )
  const path = normalize(filled.replace(/\0/g, ''))
  if (isAbsolute(path) || path === '..' || /^\.\.[/\\]/.test(path) || /^[a-z]:/i.test(path)) {
    throw new ValueError(`the name "${filled}" leads out of the folder ${folder}`)
  }
  if (/(^|[/\\])\.?$/.test(path)) throw new ValueError(`"${filled}" is no name for a file`)
  return join(folder, `${path}.${ending}`)
}
