import { EngineError } from '../../src/engine'
import { shownText, ValueError } from '../../src/types'

/**
 * The sentence of an error that is written for people. Node-RED treats it as text: its debug sidebar shows an Error as
 * an object.
 */
class Sentence extends String {
  constructor(
    readonly message: string,
    readonly code: string,
  ) {
    super(message)
    // Node-RED recognises text by the name of its class.
    Object.defineProperty(this, 'constructor', { value: String })
  }
}

/** Whether an error is a sentence from this package, whichever node reports it. */
export function isSentence(error: unknown): boolean {
  return error instanceof Sentence
}

/** Characters that fit under most nodes. */
export const NARROW = 48

/** Maximum characters of a status. The editor cuts it where the next node begins, and shows the rest in its tooltip. */
const ROOM = 140

/**
 * A sentence for the line under a node: the beginning of a long one, with only the ends of its paths. All of
 * it is in the debug sidebar, in the log and at a Catch node.
 * @param room characters at most
 */
export function brief(sentence: string, room = ROOM): string {
  if ([...sentence].length <= NARROW) return sentence
  const letters = [...sentence.replace(/(?<![^\s"“„「])(?:[A-Za-z]:|https?:\/)?[\\/]\S*[\\/](?=\S)/g, '…/')]
  if (letters.length <= room) return letters.join('')
  const start = letters.slice(0, room).join('')
  return `${start.replace(/[\s,:;(]+\S*$/, '') || start}…`
}

/** The same in other words; anything that isn't our sentence stays as it is. */
export function resaid(said: unknown, change: (sentence: string) => string): unknown {
  if (typeof said === 'string') return change(said)
  return said instanceof Sentence ? new Sentence(change(said.message), said.code) : said
}

/**
 * What `done` is given, so that the debug sidebar, the log and a Catch node's `error.message` have the bare
 * sentence, and the Catch node its `error.code`. Errors that are not written for people keep their name and
 * stack: they are our own mistakes.
 */
export function asSentence(error: unknown): Error {
  if (!(error instanceof EngineError) && !(error instanceof ValueError)) return error as Error
  const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`
  // In one line: file names and servers' words come from strangers, who could otherwise write their own lines into the
  // log.
  return new Sentence(shownText(message), error.code) as unknown as Error
}
