import { EngineError } from '../../src/engine'
import { shownText, ValueError } from '../../src/types'

/** What is said of an error that is written for people. A text to Node-RED: of an Error its debug sidebar shows a record. */
class Sentence extends String {
  constructor(
    readonly message: string,
    readonly code: string,
  ) {
    super(message)
    // Node-RED tells texts by the name of their class.
    Object.defineProperty(this, 'constructor', { value: String })
  }
}

/** The same said otherwise; what is no sentence of ours stays as it is. */
export function resaid(said: unknown, change: (sentence: string) => string): unknown {
  if (typeof said === 'string') return change(said)
  return said instanceof Sentence ? new Sentence(change(said.message), said.code) : said
}

/**
 * What `done` is given, so that the debug sidebar, the log and a Catch node's `error.message` have the bare sentence, and the
 * Catch node its `error.code`. Errors that are not written for people keep their name and stack: they are our own mistakes.
 */
export function asSentence(error: unknown): Error {
  if (!(error instanceof EngineError) && !(error instanceof ValueError)) return error as Error
  const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`
  // In one line: names of files and words of servers come from strangers, who could else write lines of their own into the log.
  return new Sentence(shownText(message), error.code) as unknown as Error
}
