/**
 * The address of the repository, without a trailing slash.
 * @param variable that it was given in, for the sentence
 * @throws if it isn't an address
 */
export function repositoryAddress(given: string, variable: string): string {
  if (!/^https:\/\/[\w.-]+\/[\w./-]+$/.test(given))
    throw new Error(`Set ${variable} to the address of the repository, such as https://github.com/OWNER/NAME.`)
  return given.replace(/(\.git)?\/*$/, '')
}

/**
 * package.json as published: with its version, and with the project's addresses.
 * @throws if the version is invalid, or not later than the previous one
 */
export function releaseManifest<Manifest extends { version: string }>(
  manifest: Manifest,
  version: string,
  repository: string,
): Manifest & { repository: object; bugs: object; homepage: string } {
  const [before, next] = [numbers(manifest.version), numbers(version)]
  if (!next) throw new Error(`“${version}” isn't a version: name it like 1.2.3, after “npm run release --”.`)
  if (before && compare(next, before) < 0) throw new Error(`Version ${version} would come before ${manifest.version}.`)
  return {
    ...manifest,
    version,
    repository: { type: 'git', url: `git+${repository}.git` },
    bugs: { url: `${repository}/issues` },
    homepage: `${repository}#readme`,
  }
}

function numbers(version: string): number[] | null {
  return /^\d+\.\d+\.\d+$/.test(version) ? version.split('.').map(Number) : null
}

/** The first release has the version that package.json began with. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}
