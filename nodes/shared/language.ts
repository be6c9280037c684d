import type { Request } from 'express'

/** The client's preferred language, of those in which types have names. */
export function languageOf(request: Request): string {
  return request.acceptsLanguages(['en', 'de', 'ja']) || 'en'
}
