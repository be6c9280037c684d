import type { Request } from 'express'

/** The client's preferred language among those with names for types. */
export function languageOf(request: Request): string {
  return request.acceptsLanguages(['en', 'de', 'ja']) || 'en'
}
