import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runInNewContext } from 'node:vm'
import Ajv from 'ajv/dist/2020'
import { handNodes } from '../../scripts/build/hand-nodes'
import { loadManifests } from '../../src/models'
import { modelSpec } from '../../src/node-html/model'
import { scriptOf } from '../../src/node-html/script'
import {
  choice,
  color,
  flag,
  maybeNumber,
  migrate,
  type NodeSpec,
  number,
  readSettings,
  schemaOf,
  text,
  versionAfter,
  versionOf,
} from '../../src/settings'

const root = resolve(__dirname, '../../..')
const specs: NodeSpec[] = [...handNodes(root).map(({ spec }) => spec), ...loadManifests().map(modelSpec)]

/** The node's settings as sent to the editor, with the functions that check a field. */
function inEditor(spec: NodeSpec): Record<string, { value: unknown; validate?: (value: unknown) => boolean }> {
  let definition = { defaults: {} }
  const RED = { nodes: { registerType: (_type: string, given: typeof definition) => (definition = given) } }
  runInNewContext(scriptOf(spec).replace(/<\/?script[^>]*>/g, ''), { RED })
  return definition.defaults
}

describe('settings', () => {
  const settings = {
    side: maybeNumber({ min: 1, max: 100 }),
    lanes: number(2, { min: 0, whole: true, called: 'the number of lanes' }),
    part: number(0, { min: 0, below: 100 }),
    seconds: number(60, { above: 0 }),
    fit: choice(['cover', 'fill']),
    share: flag(true),
    grey: flag(false),
    paint: color('#000000'),
    command: text('query', { pattern: /^[\w-]*$/, rule: 'contain only letters' }),
  }

  it('are read as flow files contain them; missing or empty ones have their defaults', () => {
    const usual = { side: null, lanes: 2, part: 0, seconds: 60, fit: 'cover', share: true, grey: false }
    assert.deepEqual(readSettings(settings, {}), { ...usual, paint: '#000000', command: 'query' })
    const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, '']))
    assert.deepEqual(readSettings(settings, empty), { ...usual, paint: '#000000', command: 'query' })
    const typed = { side: ' 2.5 ', lanes: '3', part: '99.5', seconds: 0.1, fit: 'fill', share: false, grey: true }
    const read = { side: 2.5, lanes: 3, part: 99.5, seconds: 0.1, fit: 'fill', share: false, grey: true }
    const more = { paint: '#F80', command: 'make-it' }
    assert.deepEqual(readSettings(settings, { ...typed, ...more }), { ...read, ...more })
  })

  const refused: [Record<string, unknown>, string][] = [
    [{ side: 0 }, 'side is 0, but must be a number from 1 to 100'],
    [{ side: 'wide' }, 'side is "wide", but must be a number from 1 to 100'],
    [{ side: [5] }, 'side is [5], but must be a number from 1 to 100'],
    [{ side: '  ' }, 'side is " ", but must be a number from 1 to 100'],
    [{ lanes: 1.5 }, 'the number of lanes is 1.5, but must be a whole number of at least 0'],
    [{ part: 100 }, 'part is 100, but must be a number of at least 0 and below 100'],
    [{ seconds: '0' }, 'seconds is "0", but must be a number above 0'],
    [{ fit: 'squeeze' }, 'fit is "squeeze", but must be one of cover, fill'],
    [{ paint: 'red' }, 'paint is "red", but must be a colour such as #ff8800'],
    [{ command: 'a b' }, 'command is "a b", but must contain only letters'],
  ]
  for (const [stored, message] of refused)
    it(`refuse ${JSON.stringify(stored)} in a sentence, or take the default and say so`, () => {
      assert.throws(() => readSettings(settings, stored), { name: 'ValueError', message })
      const said: string[] = []
      const read = readSettings(settings, stored, (error, name) => said.push(`${name}: ${error.message}`))
      assert.deepEqual(read, readSettings(settings, {}))
      assert.deepEqual(said, [`${Object.keys(stored)[0]}: ${message}`])
    })

  it('are refused by the editor and the JSON schema where the node refuses them, for every node', () => {
    const ajv = new Ajv({ strict: false })
    for (const spec of specs) {
      const fields = inEditor(spec)
      assert.deepEqual(Object.keys(fields), [...Object.keys(spec.settings), ...(spec.former ?? []), 'version'])
      const valid = ajv.compile(schemaOf(spec))
      for (const [name, setting] of Object.entries(spec.settings)) {
        assert.deepEqual(JSON.parse(JSON.stringify(fields[name]?.value)), setting.default, name)
        if (setting.kind !== 'number') continue
        const { min = 0, max = 0, above = 0, below = 0 } = setting
        const ends = [min, max, above, below, 1.5, 0.5, -1e12, 1e12].flatMap((end) => [end, end - 0.5, end + 1e-7])
        for (const value of ['x', ' ', ...ends, ...ends.map(String)]) {
          const isRead = readsAs(spec, name, value)
          assert.equal(
            fields[name]?.validate?.(value) !== false,
            isRead,
            `${spec.type}.${name} = ${JSON.stringify(value)}`,
          )
          if (typeof value === 'number') assert.equal(valid({ type: spec.type, [name]: value }), isRead, name)
        }
      }
    }
  })

  it('of all nodes in the examples match their JSON schema', () => {
    const ajv = new Ajv({ strict: false })
    const valid = new Map(specs.map((spec) => [spec.type, ajv.compile(schemaOf(spec))]))
    const folder = join(root, 'examples')
    const nodes = readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { type: string }[])
    for (const node of nodes) {
      const check = valid.get(node.type)
      assert.ok(!check || check(node), `${node.type}: ${ajv.errorsText(check?.errors)}`)
    }
  })
})

function readsAs(spec: NodeSpec, name: string, value: unknown): boolean {
  try {
    readSettings({ [name]: spec.settings[name] as never }, { [name]: value })
    return true
  } catch {
    return false
  }
}

describe('migrations', () => {
  const migrations = [
    ({ size, ...rest }: Record<string, unknown>) => ({ ...rest, width: size, height: size }),
    ({ width, ...rest }: Record<string, unknown>) => ({ ...rest, width: Number(width) * 2 }),
  ]

  it('convert settings of each version to today’s, once, and don’t change their input', () => {
    const saved = { id: 'a', size: 5 }
    assert.deepEqual(migrate(saved, migrations), { id: 'a', width: 10, height: 5, version: 3 })
    assert.deepEqual(saved, { id: 'a', size: 5 })
    assert.deepEqual(migrate({ width: 4, version: 2 }, migrations), { width: 8, version: 3 })
    assert.deepEqual(migrate({ width: 4, version: 3 }, migrations), { width: 4, version: 3 })
  })

  it('leave settings of a newer version unchanged, and those without migrations', () => {
    assert.deepEqual(migrate({ width: 4, version: 9 }, migrations), { width: 4, version: 9 })
    const saved = { size: 5 }
    assert.equal(migrate(saved), saved)
  })

  it('treat an invalid version as the first', () => {
    for (const version of [undefined, null, '', 'x', 0, -1, 1.5]) assert.equal(versionOf({ version }), 1)
    assert.deepEqual([versionAfter(), versionAfter(migrations)], [1, 3])
  })

  it('reach the editor with the node, and so do the settings that they read', () => {
    const fields = inEditor({ ...(specs[0] as NodeSpec), migrations, former: ['size'] })
    assert.ok('size' in fields && fields.size?.value === undefined)
    assert.equal(fields.version?.value, 3)
  })
})
