import { jsonLength } from '../types/json-pieces'
import { RequestError } from './request-error'

/**
 * Maximum size of JSON that is written at once, in characters: more than a picture of 12 megapixels. A number
 * counts as several characters.
 */
const MOST_AT_ONCE = 2 ** 25
const NUMBER = 100

/** For protocols that write JSON themselves in one go. @throws RequestError 500 */
export function requireShort<T>(value: T): T {
  if (jsonLength(value, MOST_AT_ONCE, NUMBER) < MOST_AT_ONCE) return value
  throw tooLong()
}

export function tooLong(): RequestError {
  return new RequestError(500, 'The result is too long to be sent in one message: ask for it over HTTP, at /query')
}
