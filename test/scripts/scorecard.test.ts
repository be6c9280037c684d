import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '../../..')
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/**
 * The requirements of flows.nodered.org's scorecard (`npx node-red-dev validate`) that can be checked without
 * a network. Left out: whether names are taken and versions current.
 */
describe("the package on Node-RED's scorecard", () => {
  const manifest = json('package.json')

  it('P01 has a licence', () => assert.equal(manifest.license, 'Apache-2.0'))
  it('P04 has a scoped name', () => assert.match(manifest.name, /^@[a-z\d][\w-.]+\/[a-z\d][\w-.]*$/))
  it('P05 has the keyword node-red', () => assert.ok(manifest.keywords.includes('node-red')))
  it('P06 says which Node-RED it needs', () => assert.match(manifest['node-red'].version, /^>=\d/))
  it('P07 says which Node.js it needs', () => assert.match(manifest.engines.node, /^>=\d/))
  it('D01 has at most six dependencies', () => assert.ok(Object.keys(manifest.dependencies).length <= 6))

  const types = Object.values(manifest['node-red'].nodes as Record<string, string>).flatMap((file) => {
    const html = readFileSync(join(root, file.replace(/\.js$/, '.html')), 'utf8')
    const found = [...html.matchAll(/registerType\('([\w-]+)', \{\s*category: '(\w+)'/g)]
    assert.ok(found.length > 0, `no literal registerType in ${file}`)
    return found.map(([, type = '', category]) => ({ type, category }))
  })

  it('N01 has node types with their own names', () => {
    for (const { type } of types) assert.match(type, /^daisychain-/)
    assert.equal(new Set(types.map(({ type }) => type)).size, types.length)
  })

  it('N02 has an example for each node', () => {
    const used = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => (json(`examples/${file}`) as { type: string }[]).map(({ type }) => type))
    const lacking = types.filter(({ type, category }) => category !== 'config' && !used.includes(type))
    assert.deepEqual(lacking, [])
  })
})
