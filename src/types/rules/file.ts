import { adapts, depends, match, mismatch } from '../finding'
import type { TypeFinding } from '../judgement'
import type { DirectoryType, FileType, PortType } from '../port-type'
import { isPicturePath } from './image'
import { LONGEST_WORD } from './text'

/** Files and folders are represented by their paths, so text may be one. */
export function toFile(from: PortType, to: FileType | DirectoryType): TypeFinding {
  if (to.type === 'directory' && from.type === 'directory') return match(from)
  if (to.type === 'file' && from.type === 'file') {
    if (!to.extension || extensionKey(from.extension) === extensionKey(to.extension)) return match(from)
    return from.extension ? mismatch(from, to) : depends(from, to)
  }
  if (to.type === 'file' && from.type === 'image' && from.format === 'file') {
    return !to.extension
      ? match(from)
      : isPicturePath(`a.${extensionKey(to.extension)}`)
        ? depends(from, to)
        : mismatch(from, to)
  }
  if (from.type === 'text') return textToFile(from, to)
  if (from.type === 'category') return wordsToFile(from.oneOf, from, to)
  return mismatch(from, to)
}

function textToFile(from: PortType, to: FileType | DirectoryType): TypeFinding {
  const isLong = from.type === 'text' && (from.minLength ?? 0) > LONGEST_WORD // it may have several lines
  return isLong || (to.type === 'file' && to.extension) ? depends(from, to) : adapts(from, 'is taken as a path')
}

function wordsToFile(oneOf: readonly string[] | undefined, from: PortType, to: FileType | DirectoryType): TypeFinding {
  if (!oneOf?.length) return textToFile(from, to)
  const fitting = oneOf.filter((path) => isPath(path) && (to.type === 'directory' || hasExtension(path, to))).length
  if (fitting === 0) return mismatch(from, to)
  return fitting === oneOf.length ? adapts(from, 'is taken as a path') : depends(from, to)
}

/** Whether text can be a path: a single line that isn't blank. */
export function isPath(text: string): boolean {
  return text !== '' && !/[\r\n\0]|^data:/i.test(text)
}

export function hasExtension(path: string, { extension }: FileType): boolean {
  return !extension || path.toLowerCase().endsWith(`.${extensionKey(extension)}`)
}

function extensionKey(extension: string | undefined): string {
  return (extension ?? '').replace(/^\./, '').toLowerCase()
}
