const UNRELEASED = /^## .*\(not yet released\)[ \t]*\n/m

/**
 * Gives the unreleased changes their version and date.
 * @param date as `2026-11-30`
 * @throws if there is nothing to release
 */
export function releaseChangelog(text: string, version: string, date: string): string {
  const heading = UNRELEASED.exec(text)
  if (!heading) throw new Error('CHANGELOG.md has no section “(not yet released)”: write down first what has changed.')
  const [section = ''] = text.slice(heading.index + heading[0].length).split(/^## /m)
  if (!/^- /m.test(section))
    throw new Error(`CHANGELOG.md doesn't say what is new: there is no line below “${heading[0].trim()}”.`)
  if (text.includes(`\n## ${version} (2`)) throw new Error(`CHANGELOG.md has a section of ${version} already.`)
  return text.replace(UNRELEASED, `## ${version} (${date})\n`)
}
