/** Line breaks, terminal escape sequences, and characters that change the text direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

/**
 * Makes text from messages and servers safe for display and logs: a single line, with control characters
 * escaped (`\n`), and URLs without user names and passwords.
 */
export function shownText(text: string): string {
  return withoutUsers(text).replace(CONTROLS, written)
}

function written(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** `http://user:password@host` → `http://host` */
export function withoutUsers(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'“”<>]*@/gi, '$1')
}
