import { EngineError } from '../../src/engine'
import { shownText, ValueError } from '../../src/types'

/**
 * What `done` is given, so that a Catch node's `error.message` is the bare sentence. Errors that are not written for
 * people keep their name and stack: they are our own mistakes.
 */
export function asSentence(error: unknown): Error {
  if (!(error instanceof EngineError) && !(error instanceof ValueError)) return error as Error
  const text = shownText(error.message)
  const message = /[.!?]$/.test(text) ? text : `${text}.`
  // Node-RED makes a text of it by toString, which leaves out an empty name, and logs the stack.
  return Object.assign(new Error(message), { name: '', stack: message, code: error.code })
}
