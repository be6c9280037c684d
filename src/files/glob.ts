/** Whether a path holds wildcards: `*`, `?`, `[…]`, `{a,b}`. */
export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path)
}

export interface Glob {
  /** The folder before the first wildcard. */
  folder: string
  /** Whether it reaches into subfolders. */
  isDeep: boolean
  /** Takes a path relative to the folder, with `/`. Without regard to case. */
  matches(path: string): boolean
}

/** Reads a pattern: `*` and `?` stay in their folder, `**` goes through any number of folders. */
export function readGlob(pattern: string): Glob {
  const parts = pattern.replace(/\\/g, '/').split('/')
  const first = parts.findIndex(isGlob)
  const wild = parts.slice(first)
  const expression = new RegExp(`^${toExpression(wild.join('/'))}$`, 'iu')
  return {
    folder: parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.'),
    isDeep: wild.length > 1,
    matches: (path) => expression.test(path),
  }
}

function toExpression(wild: string): string {
  let depth = 0
  return wild.replace(/\*\*\/|\*\*|\*|\?|\[!?[^\]/]+\]|[{},]|[\\^$.|+()[\]/]/gu, (token) => {
    if (token === '**/') return '(?:[^/]+/)*'
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (token === '{') depth++
    if (token === '{') return '(?:'
    if (token === ',') return depth > 0 ? '|' : ','
    if (token === '}') return depth-- > 0 ? ')' : '\\}'
    if (token.length > 1) return token.replace(/\\/g, '\\\\').replace(/^\[!/, '[^')
    return `\\${token}`
  })
}
