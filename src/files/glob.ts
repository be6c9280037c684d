import { ValueError } from '../types'

/** Whether a path contains wildcards: `*`, `?`, `[…]`, `{a,b}`. */
export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path)
}

export interface Glob {
  /** The folder before the first wildcard. */
  folder: string
  /** Whether a pattern reaches into subfolders. */
  isDeep: boolean
  /** Tests a path relative to the folder, with `/` as the separator. Ignores case. */
  matches(path: string): boolean
}

/** Patterns with more combinations of braces are rejected. */
const MOST_CHOICES = 500

/**
 * Compiles a pattern: `*` and `?` match inside a folder, `**` any number of folders. Patterns come from
 * messages, so matching must take time proportional to the length of the pattern and the path in all cases.
 *
 * @throws ValueError
 */
export function readGlob(pattern: string): Glob {
  const parts = pattern.replace(/\\/g, '/').split('/')
  const first = parts.findIndex(isGlob)
  const wild = parts.slice(first)
  const choices = fillBraces(wild.join('/')).map((choice) => tokensOf(choice.toLowerCase()))
  return {
    folder: parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.'),
    isDeep: wild.length > 1,
    matches: (path) => choices.some((tokens) => fits(tokens, path.toLowerCase())),
  }
}

/** `*.{jpg,png}` → `*.jpg`, `*.png`. Braces without a counterpart are literal. */
function fillBraces(pattern: string): string[] {
  const open = pattern.indexOf('{')
  const close = open < 0 ? -1 : closing(pattern, open)
  if (close < 0) return [pattern]
  const filled = choicesIn(pattern.slice(open + 1, close)).flatMap((choice) =>
    fillBraces(pattern.slice(0, open) + choice + pattern.slice(close + 1)),
  )
  if (filled.length > MOST_CHOICES) throw new ValueError('the pattern has too many choices in braces')
  return filled
}

function closing(pattern: string, open: number): number {
  let depth = 0
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === '{') depth++
    if (pattern[at] === '}' && --depth === 0) return at
  }
  return -1
}

/** Splits at commas outside nested braces. */
function choicesIn(text: string): string[] {
  const choices = ['']
  let depth = 0
  for (const character of text) {
    if (character === '{') depth++
    if (character === '}') depth--
    if (character === ',' && depth === 0) choices.push('')
    else choices[choices.length - 1] += character
  }
  return choices
}

/** `folders` matches any number of whole folders; `all` also matches parts of folder names. */
type Token = 'folders' | 'all' | 'some' | ((character: string) => boolean)

function tokensOf(pattern: string): Token[] {
  const texts = pattern.match(/\*\*\/|\*\*|\*|\[!?[^\]/]+\]|[\s\S]/gu) ?? []
  return texts.map((text): Token => {
    if (text === '**/') return 'folders'
    if (text === '**') return 'all'
    if (text === '*') return 'some'
    if (text === '?') return isInFolder
    return text.length > 1 && text.startsWith('[') ? oneOf(text) : (character) => character === text
  })
}

function isInFolder(character: string): boolean {
  return character !== '/'
}

function oneOf(text: string): Token {
  try {
    const set = new RegExp(`^${text.replace(/\\/g, '\\\\').replace(/^\[!/, '[^')}$`, 'u')
    return (character) => isInFolder(character) && set.test(character)
  } catch {
    throw new ValueError(`${text} is not a list of characters`)
  }
}

/** Reads the path once, and tracks all positions in the pattern that it may have reached. */
function fits(tokens: readonly Token[], path: string): boolean {
  // Twice the index of the next token, plus one inside a folder that `folders` matches.
  let places = new Set<number>()
  const reach = (index: number, into: Set<number>) => {
    into.add(index * 2)
    if (typeof tokens[index] === 'string') reach(index + 1, into)
  }
  reach(0, places)
  for (const character of path) {
    const next = new Set<number>()
    for (const place of places) {
      const index = place >> 1
      const token = tokens[index]
      if (token === 'folders') {
        if (isInFolder(character)) next.add(index * 2 + 1)
        else if (place & 1) reach(index, next)
      } else if (token === 'all' || (token === 'some' && isInFolder(character))) reach(index, next)
      else if (typeof token === 'function' && token(character)) reach(index + 1, next)
    }
    if (next.size === 0) return false
    places = next
  }
  return places.has(tokens.length * 2)
}
