import { EngineError } from '../../src/engine'
import { shownText, ValueError } from '../../src/types'

/**
 * A sentence from an error that is written for people. A String, because Node-RED's debug sidebar shows an
 * Error as an object.
 */
class Sentence extends String {
  constructor(
    readonly message: string,
    readonly code: string,
  ) {
    super(message)
    // Node-RED recognises text by the name of its constructor.
    Object.defineProperty(this, 'constructor', { value: String })
  }
}

/** Whether an error is a sentence from this package, whichever node reports it. */
export function isSentence(error: unknown): boolean {
  return error instanceof Sentence
}

/** Characters that fit under most nodes. */
export const NARROW = 48

/**
 * Maximum characters of a status. The editor cuts it off at the next node and shows the rest in the tooltip.
 */
const ROOM = 140

/**
 * Shortens a sentence for the line under a node: only the beginning of a long one, and only the ends of its
 * paths. The debug sidebar, the log and Catch nodes get all of it.
 * @param room maximum characters
 */
export function brief(sentence: string, room = ROOM): string {
  if ([...sentence].length <= NARROW) return sentence
  const letters = [...sentence.replace(/(?<![^\s"“„「])(?:[A-Za-z]:|https?:\/)?[\\/]\S*[\\/](?=\S)/g, '…/')]
  if (letters.length <= room) return letters.join('')
  const start = letters.slice(0, room).join('')
  return `${start.replace(/[\s,:;(]+\S*$/, '') || start}…`
}

/** Changes the words of one of our sentences; anything else stays as it is. */
export function resaid(said: unknown, change: (sentence: string) => string): unknown {
  if (typeof said === 'string') return change(said)
  return said instanceof Sentence ? new Sentence(change(said.message), said.code) : said
}

/**
 * Converts an error for `done`. The debug sidebar, the log and a Catch node's `error.message` get the bare
 * sentence, and the Catch node also its `error.code`. Errors that aren't written for people keep their name
 * and stack, as they are bugs of ours.
 */
export function asSentence(error: unknown): Error {
  if (!(error instanceof EngineError) && !(error instanceof ValueError)) return error as Error
  const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`
  // As one line: file names and servers' words come from strangers, who could otherwise write their own lines
  // into the log.
  return new Sentence(shownText(message), error.code) as unknown as Error
}
