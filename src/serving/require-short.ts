import { jsonLength } from '../types/json-pieces'
import { RequestError } from './request-error'

/**
 * What may be written at once, in characters: a picture of 12 megapixels is less. A number is as much work as
 * many of them.
 */
const MOST_AT_ONCE = 2 ** 25
const NUMBER = 100

/** For protocols that write JSON themselves, at once. @throws RequestError 500 */
export function requireShort<T>(value: T): T {
  if (jsonLength(value, MOST_AT_ONCE, NUMBER) < MOST_AT_ONCE) return value
  throw tooLong()
}

export function tooLong(): RequestError {
  return new RequestError(500, 'The result is too long to be sent in one message: ask for it over HTTP, at /query')
}
