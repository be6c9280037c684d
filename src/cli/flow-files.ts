import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { readFlow } from '../flow'

/** Maximum number of files checked in a folder. */
const MOST = 10_000

/**
 * The flow files for an argument: a file; all flow files in a folder and its subfolders; or all files that
 * match a pattern with `*`, `**` or `?`. `-` is the standard input. Empty if there are none.
 */
export function flowFiles(argument: string): string[] {
  if (argument === '-') return [argument]
  if (existsSync(argument)) return statSync(argument).isDirectory() ? filesIn(argument).filter(isFlowFile) : [argument]
  return /[*?]/.test(argument) ? filesLike(argument) : [argument]
}

/** Sorted by name, without installed packages, Git's files and hidden folders. */
function filesIn(folder: string): string[] {
  const files: string[] = []
  const folders = [folder]
  for (const one of folders) {
    for (const entry of readdirSync(one, { withFileTypes: true })) {
      const path = join(one, entry.name)
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) folders.push(path)
      if (entry.isFile()) files.push(path)
    }
    if (files.length > MOST) break
  }
  return files.sort()
}

/**
 * Not all JSON files are flows: some are packages, credentials or settings. A file that isn't valid JSON may
 * be a broken flow.
 */
function isFlowFile(path: string): boolean {
  if (!path.endsWith('.json') || /(^|[/\\])package(-lock)?\.json$|_cred\.json$/.test(path)) return false
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch {
    return true
  }
  try {
    return !readFlow(content).ids()[Symbol.iterator]().next().done
  } catch {
    return false
  }
}

function filesLike(pattern: string): string[] {
  const plain = pattern.split(/[\\/]/)
  const start = plain.slice(
    0,
    plain.findIndex((part) => /[*?]/.test(part)),
  )
  const root = start.length > 0 ? start.join(sep) || sep : '.'
  if (!existsSync(root) || !statSync(root).isDirectory()) return []
  const like = plain.slice(start.length).map((part) => (part === '**' ? '(.+/)?' : `${escaped(part)}/`))
  const whole = new RegExp(`^${like.join('').replace(/\/$/, '')}$`)
  const inner = (path: string) => (root === '.' ? path : path.slice(join(root, sep).length)).split(sep).join('/')
  return filesIn(root).filter((path) => whole.test(inner(path)) && isFlowFile(path))
}

function escaped(part: string): string {
  return part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
}

/**
 * Where to look for a file's packages: in the current folder, and in the nearest folder with a package.json.
 */
export function foldersOf(file: string): string[] {
  return file === '-' ? [process.cwd()] : [...new Set([process.cwd(), packageFolder(dirname(resolve(file)))])]
}

/** The nearest folder with a package.json: this one or one above it. If there is none, this one. */
function packageFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at
    if (at === dirname(at)) return folder
  }
}
