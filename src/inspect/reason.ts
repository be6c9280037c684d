/**
 * Marks the English words of a proposal (`why`, notes, questions, and their parts), which are translated in the
 * dialog and on pages: `plugins/locales/<language>/reasons.json` has each with `{}` for its parts. A test finds
 * what is missing there.
 */
export function reason(fixed: TemplateStringsArray, ...parts: unknown[]): string {
  return fixed.reduce((before, text, i) => `${before}${parts[i - 1]}${text}`)
}
