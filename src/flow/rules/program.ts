/** A function node's program, if it only uses constants, message properties and a return statement. */
export type Expression =
  | { kind: 'value'; value: unknown }
  | { kind: 'undefined' }
  /** A property of the message; with an empty path, the message itself. */
  | { kind: 'message'; path: readonly string[] }
  | { kind: 'list'; items: readonly Expression[] }
  | { kind: 'object'; fields: readonly (readonly [name: string, value: Expression])[] }

export interface Program {
  /** `msg.path = value`, in order. */
  sets: readonly { path: readonly string[]; value: Expression }[]
  returns: Expression
}

/** Longer programs probably do more than set properties. */
const LONGEST = 2000

/** Null if the program does anything else. */
export function readProgram(source: string): Program | null {
  const tokens = source.length > LONGEST ? null : tokensOf(source)
  return tokens && new Reader(tokens).program()
}

interface Token {
  kind: 'number' | 'text' | 'word' | 'sign'
  text: string
  /** Whether the token is the first one on its line, so that a statement may end before it. */
  isFirst: boolean
}

const TOKEN =
  /(?<blank>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))|(?<text>'[^'\\\n]*'|"[^"\\\n]*"|`[^`\\$]*`)|(?<word>[A-Za-z_$][\w$]*)|(?<sign>[.,:;=[\]{}()])/y

function tokensOf(source: string): Token[] | null {
  const tokens: Token[] = []
  let isFirst = true
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const { blank, ...groups } = TOKEN.exec(source)?.groups ?? {}
    const found = Object.entries(groups).find(([, text]) => text !== undefined)
    if (blank !== undefined) isFirst ||= blank.includes('\n')
    else if (found) {
      tokens.push({ kind: found[0] as Token['kind'], text: found[1] ?? '', isFirst })
      isFirst = false
    } else return null
  }
  return tokens
}

/**
 * Parses the subset of JavaScript that `Program` represents. Anything else throws an error, which
 * `readProgram` catches.
 */
class Reader {
  private at = 0
  private depth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  program(): Program | null {
    try {
      const sets: Program['sets'][number][] = []
      while (!this.skip('return')) {
        if (this.skip('node')) this.remark()
        else sets.push(this.set())
        this.end()
      }
      // With a line break after `return`, it returns nothing.
      const isBare = this.tokens[this.at]?.isFirst !== false || this.sees(';')
      const returns: Expression = isBare ? { kind: 'undefined' } : this.expression()
      this.skip(';')
      return this.at === this.tokens.length ? { sets, returns } : null
    } catch (error) {
      if (error instanceof Unreadable) return null
      throw error
    }
  }

  private set() {
    const target = this.expression()
    if (target.kind !== 'message' || target.path.length === 0 || !this.skip('=')) throw new Unreadable()
    return { path: target.path, value: this.expression() }
  }

  /** `node.status(…)` and `node.warn(…)` don't change messages. */
  private remark(): void {
    if (!this.skip('.') || !REMARKS.has(this.next('word'))) throw new Unreadable()
    this.list('(', ')')
  }

  private end(): void {
    if (!this.skip(';') && !this.tokens[this.at]?.isFirst) throw new Unreadable()
  }

  private expression(): Expression {
    if (++this.depth > DEEPEST) throw new Unreadable()
    const found = this.value()
    this.depth--
    return found
  }

  private value(): Expression {
    const { kind, text } = this.tokens[this.at] ?? {}
    if (text === '[' && kind === 'sign') return { kind: 'list', items: this.list('[', ']') }
    if (text === '{' && kind === 'sign') return { kind: 'object', fields: this.fields() }
    this.at++
    if (kind === 'number') return { kind: 'value', value: Number(text) }
    if (kind === 'text') return { kind: 'value', value: text?.slice(1, -1) }
    if (kind === 'word' && text === 'msg') return { kind: 'message', path: this.path() }
    if (kind === 'word' && text === 'undefined') return { kind: 'undefined' }
    if (kind === 'word' && text !== undefined && WORDS.has(text)) return { kind: 'value', value: WORDS.get(text) }
    throw new Unreadable()
  }

  private path(): string[] {
    const path: string[] = []
    for (;;) {
      if (this.skip('.')) path.push(this.next('word'))
      else if (this.sees('[') && !this.tokens[this.at]?.isFirst) {
        const [step, ...more] = this.list('[', ']')
        if (step?.kind !== 'value' || more.length > 0) throw new Unreadable()
        path.push(String(step.value))
      } else return path
    }
  }

  private list(open: string, close: string): Expression[] {
    if (!this.skip(open)) throw new Unreadable()
    const items: Expression[] = []
    while (!this.skip(close)) {
      items.push(this.expression())
      if (!this.skip(',') && !this.sees(close)) throw new Unreadable()
    }
    return items
  }

  private fields(): [string, Expression][] {
    this.skip('{')
    const fields: [string, Expression][] = []
    while (!this.skip('}')) {
      const { kind, text = '' } = this.tokens[this.at++] ?? {}
      const name = kind === 'text' ? text.slice(1, -1) : kind === 'word' ? text : null
      if (name === null || name === '__proto__' || !this.skip(':')) throw new Unreadable()
      fields.push([name, this.expression()])
      if (!this.skip(',') && !this.sees('}')) throw new Unreadable()
    }
    return fields
  }

  private next(kind: Token['kind']): string {
    const token = this.tokens[this.at++]
    if (token?.kind !== kind) throw new Unreadable()
    return token.text
  }

  private sees(text: string): boolean {
    const token = this.tokens[this.at]
    return token?.text === text && token.kind !== 'text'
  }

  private skip(text: string): boolean {
    const isThere = this.sees(text)
    if (isThere) this.at++
    return isThere
  }
}

class Unreadable extends Error {}

const DEEPEST = 20
const REMARKS: ReadonlySet<string> = new Set(['status', 'log', 'warn', 'error', 'debug', 'trace'])
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])
