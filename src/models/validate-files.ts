import { filesBeside } from './files-beside'
import type { Step, Variant, VariantFile } from './manifest'
import { npmAddress } from './npm-address'

/** Names that the store uses itself, for partial downloads and locks. */
const RESERVED = /\.(part|etag|lock)$/i

/** The errors in a variant's files, one sentence each. */
export function fileFaults(variant: Variant): string[] {
  const { file, files, licenceUrl, picture, steps } = variant
  const run = steps ? steps.flatMap((step) => (step.model === undefined && step.file) || []) : [file]
  const faults = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(variant.id)
    ? []
    : ['its id must consist of lower-case letters, digits and hyphens']
  if (variant.id === 'own') faults.push('the id "own" is reserved for the user\'s own file')
  if (licenceUrl !== undefined && !isWebAddress(licenceUrl)) faults.push('"licenceUrl" must be a web address')
  for (const name of [picture ?? []].flat())
    if (!(isSafePath(name) && /^[^/]+\.(png|jpe?g|webp)$/.test(name)))
      faults.push(`"picture" must be the name of a PNG, JPEG or WebP file next to the manifest, not "${name}"`)
  if (steps) faults.push(...stepFileFaults(steps))
  const unsealed = variant.sha256 === undefined && variant.bytes === undefined
  faults.push(...filesBeside(variant).flatMap(pathFaults))
  if (files === undefined && (unsealed || steps)) return [...faults, ...run.flatMap(pathFaults)]
  if (files === undefined) return [...faults, ...oneFault({ ...variant, path: file } as VariantFile)]
  if (!Array.isArray(files) || files.length === 0) return [...faults, '"files" must be a list of files']
  const names = files.map(({ path }) => String(path).toLowerCase())
  for (const [i, name] of names.entries()) if (names.indexOf(name) !== i) faults.push(`two files are called "${name}"`)
  for (const name of new Set(run))
    if (!files.some(({ path }) => path === name)) faults.push(`"file" isn't one of its "files": "${name}"`)
  return [...faults, ...files.flatMap(oneFault)]
}

/** The errors in references to files of other models. */
function stepFileFaults(steps: readonly Step[]): string[] {
  const faults = steps.flatMap(({ model, file = '' }) => {
    if (model === undefined) return []
    const isId = /^[a-z0-9]+$/.test(model)
    return [...(isId ? [] : [`"model" must be the id of a model in the package, not "${model}"`]), ...pathFaults(file)]
  })
  if (!steps.some(({ model, file }) => model === undefined && file))
    faults.push('at least one of its "steps" must run its own "file"')
  return faults
}

function oneFault({ path, bytes, sha256, url, alternatives }: VariantFile): string[] {
  const faults = pathFaults(path)
  if (!/^[0-9a-f]{64}$/.test(sha256 ?? '')) faults.push(`"sha256" of "${path}" must be 64 hexadecimal digits`)
  if (!(Number.isSafeInteger(bytes) && bytes > 0)) faults.push(`"bytes" of "${path}" must be the size of its file`)
  if (url !== undefined && !isAddress(url))
    faults.push(`"url" of "${path}" must be a web address, or npm:NAME@VERSION/path with an exact version`)
  if (alternatives === undefined) return faults
  if (url === undefined) faults.push(`"alternatives" of "${path}" need a "url"`)
  if (!Array.isArray(alternatives) || !alternatives.every(isAddress))
    faults.push(`"alternatives" of "${path}" must be a list of web addresses`)
  return faults
}

const isAddress = (url: unknown) => isWebAddress(url) || (typeof url === 'string' && npmAddress(url) !== null)

function pathFaults(path: string): string[] {
  return isSafePath(path) ? [] : [`"file" must be a plain file name in the variant's folder, not "${path}"`]
}

/**
 * A relative path whose names are valid file names on every system, inside the folder, and neither hidden nor
 * reserved.
 */
function isSafePath(path: unknown): boolean {
  if (typeof path !== 'string' || path.length > 200 || RESERVED.test(path)) return false
  return path
    .split('/')
    .every((name) => /^[A-Za-z0-9_]([A-Za-z0-9._+-]*[A-Za-z0-9_+-])?$/.test(name) && !isDevice(name))
}

/** Windows reserves these names for devices, with any extension. */
function isDevice(name: string): boolean {
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)
}

export function isWebAddress(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && !username && !password
}
