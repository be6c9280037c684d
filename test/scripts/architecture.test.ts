import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, resolve } from 'node:path'

interface Import {
  /** The import path, as written. */
  from: string
  /** Whether it imports only types, which don't exist at run time. */
  isType: boolean
}

/** A row in the table of folders. A folder ends with a slash and may contain a star. */
interface Room {
  folder: string
  isPure: boolean
  /** Null: it may import everything that no other row covers. */
  may: (other: string) => boolean
}

const root = resolve(__dirname, '../../..')
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
const sources = ['src', 'nodes', 'plugins'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    // Declarations of globals aren't code.
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
)
const importsOf = new Map(sources.map((file) => [file, readImports(readFileSync(join(root, file), 'utf8'))]))

function readImports(source: string): Import[] {
  const statements = source.matchAll(/^(?:import|export)\s(type\s)?(?:([^'";]*?)\sfrom\s)?['"]([^'"]+)['"]/gm)
  const calls = source.matchAll(/\b(?:require|import)\(\s*['"]([^'"]+)['"]/g)
  return [
    ...Array.from(statements, ([, isType, names = '', from = '']) => ({
      from,
      isType: Boolean(isType) || (/^\s*\{/.test(names) && !/[{,]\s*(?!type\s)[\w$]/.test(names)),
    })),
    ...Array.from(calls, ([, from = '']) => ({ from, isType: false })),
  ]
}

/** The file that an import refers to; null for packages and for files that aren't code. */
function targetOf(file: string, { from }: Import): string | null {
  if (!from.startsWith('.')) return null
  const path = normalize(join(dirname(file), from)).replaceAll('\\', '/')
  return [`${path}.ts`, `${path}/index.ts`, path].find((one) => importsOf.has(one)) ?? null
}

/** The cells of a table's rows. The table is identified by its first heading. */
function table(heading: string): string[][] {
  const [, rows = ''] = page.split(`| ${heading} |`)
  const lines = rows.split('\n').slice(2)
  return lines.slice(0, lines.indexOf('')).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const named = (text: string) => Array.from(text.matchAll(/`([^`]+)`/g), ([, name = '']) => name)

/** In the last column, `src/types/` is written as types. */
const rooms: Room[] = table('folder')
  .filter(([folder = '']) => /^`(src|nodes|plugins)\//.test(folder))
  .map(([folder = '', what = '', allowed = '']) => {
    const words = new Set([...named(allowed), ...allowed.replace(/`[^`]*`/g, '').split(/\W+/)])
    const isNamed = (other: string) => words.has(other) || words.has(other.split('/').at(-2) ?? '')
    const isAllBut = allowed.startsWith('all but')
    const may = (other: string) => isNamed(other) !== isAllBut
    return { folder: named(folder)[0] ?? '', isPure: /\bPure\b/.test(what), may }
  })

function roomOf(file: string): Room {
  const holds = ({ folder }: Room) => new RegExp(`^${folder.replace('*', '[^/]+')}`).test(file)
  const [room] = rooms.filter(holds).sort((a, b) => b.folder.length - a.folder.length)
  assert.ok(room, `${file} is in no folder of ARCHITECTURE.md's table`)
  return room
}

describe('the architecture', () => {
  it('the table of folders is read completely', () => {
    assert.ok(rooms.length > 15 && sources.length > 400)
    assert.deepEqual(
      ['src/types/port-type.ts', 'nodes/paint/editor/x.ts', 'nodes/paint/x.ts', 'src/models/store/x.ts'].map(
        (file) => roomOf(file).folder,
      ),
      ['src/types/', 'nodes/*/editor/', 'nodes/', 'src/models/store/'],
    )
    const flow = roomOf('src/flow/x.ts')
    assert.deepEqual([flow.isPure, flow.may('src/types/'), flow.may('src/models/')], [true, true, false])
    const [first, second, third] = readImports(
      "import { type A, b } from './a'\nimport { type C,\n  type D } from './c'\nimport type E from 'e'\n",
    )
    assert.deepEqual([first?.isType, second?.isType, third?.isType], [false, true, true])
  })

  it('every import is allowed by the table', () => {
    const wrong: string[] = []
    for (const [file, imports] of importsOf)
      for (const one of imports) {
        const target = targetOf(file, one)
        const [here, there] = [roomOf(file), target ? roomOf(target) : null]
        const isShared = target?.startsWith('nodes/shared/') && !target.startsWith('nodes/shared/editor/')
        const name = isShared && !here.folder.startsWith('nodes/') ? 'nodes/shared/' : there?.folder
        if (there && name && there !== here && !here.may(name)) wrong.push(`${file} → ${target}`)
        if (here.isPure && /^node:/.test(one.from)) wrong.push(`${file} → ${one.from}`)
      }
    assert.deepEqual(wrong, [])
  })

  it('each package is imported only where the table of dependencies says, and is a dependency', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const known = new Map(
      table('package').flatMap(([names = '', , by = '']) => named(names).map((one) => [one, named(by)])),
    )
    assert.deepEqual([...known.keys()].sort(), Object.keys({ ...dependencies, ...optionalDependencies }).sort())
    for (const [names = '', , by = ''] of table('bundled package'))
      for (const one of named(names)) known.set(one, named(by))
    const wrong: string[] = []
    for (const [file, imports] of importsOf)
      for (const { from, isType } of imports) {
        if (isType || /^(\.|node:|daisychain-declarations$)/.test(from)) continue
        const name = /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from
        if (!known.get(name)?.some((folder) => file.startsWith(folder))) wrong.push(`${file} → ${from}`)
      }
    assert.deepEqual(wrong, [])
  })
})
