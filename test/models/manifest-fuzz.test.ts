import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020'
import { validateManifest } from '../../src/models'
import { modelsFolder } from '../../src/models/folder'
import { MANIFEST_SCHEMA } from '../../src/models/manifest-schema'
import { mistakesAgainst } from '../../src/schema/mistakes'
import { fixturesFolder } from './support'

type Path = (string | number)[]
interface Place {
  manifest: object
  /** The manifest's path, for messages. */
  source: string
  path: Path
  value: unknown
}

/** Names of numbers that may be negative or fractional. */
const ANY_NUMBER = [
  ...['min', 'max', 'default', 'samplingMean', 'mean', 'offset', 'range', 'value', 'plus', 'times', 'scale', 'bias'],
  ...['shift', 'least', 'colors', 'samplingStd', 'presence'],
]
/** Text that may be empty. */
const MAYBE_EMPTY = ['default', 'description', 'names', 'letters', 'spelling']
/** Lists and objects that may be empty. */
const MAYBE_NOTHING = [
  ...['inputs', 'outputs', 'references', 'dims', 'others', 'never', 'neverFirst', 'crop', 'follow', 'ports', 'knows'],
  ...['session', 'without', 'spelling', 'feeds', 'fetches', 'settings', 'schedule', 'labelToColor', 'connections'],
  ...['files', 'called', 'image', 'result', 'output', 'semantic_map', 'style', 'most', 'instances', 'category'],
]

const folders = [modelsFolder, fixturesFolder].flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name, 'manifest.json')),
)

/** Every value in the manifests, once for each distinct path. */
const places: Place[] = []
const seen = new Set<string>()
for (const source of folders) {
  let manifest: object
  try {
    manifest = JSON.parse(readFileSync(source, 'utf8'))
  } catch {
    continue // the folder has no manifest
  }
  for (const [path, value] of walk(manifest, [])) {
    const way = path.map((key) => (typeof key === 'number' ? '#' : key)).join('.')
    if (seen.has(way)) continue
    seen.add(way)
    places.push({ manifest, source, path, value })
  }
}

function* walk(value: unknown, path: Path): Generator<[Path, unknown]> {
  if (path.length > 0) yield [path, value]
  if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* walk(one, [...path, i])
  else if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) yield* walk(one, [...path, key])
}

function changed({ manifest, path }: Place, value: unknown): object {
  const copy = structuredClone(manifest)
  let inner = copy as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) inner = inner[key] as Record<string | number, unknown>
  inner[path.at(-1) as string | number] = value
  return copy
}

const leadsThrough = ({ path }: Place, names: string[]) => path.some((key) => names.includes(String(key)))
const nameOf = ({ path }: Place) => String(path.findLast((key) => typeof key === 'string'))
/**
 * Places that are still accepted with an invalid value. In a variant's ports, null is valid: it removes an
 * entry.
 */
const accepted = (some: Place[], nonsense: unknown[]) =>
  some.flatMap((place) =>
    nonsense
      .filter((value) => !(value === null && place.path.includes('ports')))
      .filter((value) => validateManifest(changed(place, value)).length === 0)
      .map((value) => `${place.path.join('.')} = ${JSON.stringify(value)}`),
  )

describe('manifests with invalid values', function () {
  this.timeout(600_000) // validates thousands of manifests

  it('are refused if a number is impossible', () => {
    const numbers = places.filter((place) => typeof place.value === 'number' && !ANY_NUMBER.includes(nameOf(place)))
    assert.ok(numbers.length > 100)
    assert.deepEqual(accepted(numbers, [-7.5, '7', null, [], {}]), [])
  })

  it('are refused if text is empty, or isn’t text', () => {
    const texts = places.filter((place) => typeof place.value === 'string' && !leadsThrough(place, MAYBE_EMPTY))
    assert.ok(texts.length > 300)
    assert.deepEqual(accepted(texts, ['', -7.5, null, {}]), [])
  })

  it('are refused if a list or an object is of another kind, or empty', () => {
    const groups = places.filter((place) => typeof place.value === 'object' && place.value !== null)
    assert.ok(groups.length > 300)
    const empty = groups.filter((place) => !MAYBE_NOTHING.includes(nameOf(place)))
    assert.deepEqual(accepted(groups, ['zz\u00e9', true]), [])
    assert.deepEqual(
      empty.flatMap((place) => accepted([place], [Array.isArray(place.value) ? [] : {}])),
      [],
    )
  })

  it('are valid and invalid by the published schema as here', () => {
    const isRight = new Ajv({ strict: false, allErrors: false }).compile(MANIFEST_SCHEMA)
    const differing = places.flatMap((place) =>
      [-7.5, 0, '', 'zz', true, null, [], {}, [-1, -1]].flatMap((value) => {
        const manifest = changed(place, value)
        const mistakes = mistakesAgainst(manifest, MANIFEST_SCHEMA, 'manifest')
        return isRight(manifest) === (mistakes.length === 0)
          ? []
          : [`${place.path.join('.')} = ${JSON.stringify(value)}: ${mistakes[0]?.what ?? isRight.errors?.[0]?.message}`]
      }),
    )
    assert.deepEqual(differing, [])
  })
})
