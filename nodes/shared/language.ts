import type { Request } from 'express'

/** The language that whoever asks reads best, of those that types have names in. */
export function languageOf(request: Request): string {
  return request.acceptsLanguages(['en', 'de', 'ja']) || 'en'
}
