import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const program = resolve(__dirname, '../../src/cli/daisychain.js')

describe('daisychain on the command line', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-cli-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  function run(args: string[], input?: string) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { input, encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  function file(name: string, content: unknown): string {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  const latent = (wires: string[][]) => ({ id: 'latent', type: 'daisychain-latent', z: 'tab', wires })
  const depth = { id: 'depth', type: 'daisychain-densedepth', z: 'tab', name: 'Depth', wires: [['show']] }
  const show = { id: 'show', type: 'debug', z: 'tab', wires: [] }
  const right = [latent([['show']]), depth, show]
  const wrong = [latent([['depth']]), depth, show]

  it('ends with 0 where nothing is wrong', () => {
    assert.deepEqual(run(['check', file('right.json', right)]), {
      status: 0,
      stdout: '2 of 2 wires fit, none is wrong.\n',
      stderr: '',
    })
  })

  it('ends with 1 and a sentence where a wire does not fit', () => {
    const { status, stdout } = run(['check', file('wrong.json', wrong)])
    assert.equal(status, 1)
    assert.match(
      stdout,
      /^- “.+” gives a vector.*, but “Depth” wants an? .*image in msg\.payload\. .+\n {2}\(latent → depth\)\n1 of 2 wires fits, 1 does not fit\.\n$/,
    )
  })

  it('prints what programs read', () => {
    const { status, stdout } = run(['check', '--json', file('wrong.json', wrong)])
    assert.equal(status, 1)
    const { wires, problems } = JSON.parse(stdout)
    assert.deepEqual(wires, { match: 1, adapts: 0, convertible: 0, mismatch: 1, unknown: 0 })
    assert.equal(problems.length, 1)
    const { message, given, wanted, ...rest } = problems[0]
    assert.deepEqual(rest, {
      verdict: 'mismatch',
      from: { id: 'latent', port: 0 },
      to: { id: 'depth' },
      property: 'payload',
      converter: null,
    })
    assert.deepEqual([given.type, wanted.type], ['vector', 'image'])
    assert.match(message, /^“/)
  })

  it('prints only JSON with --json, also where nothing is wrong', () => {
    const { status, stdout } = run(['check', file('right.json', right), '--json'])
    assert.equal(status, 0)
    assert.deepEqual(JSON.parse(stdout).problems, [])
  })

  it('reads standard input', () => {
    assert.equal(run(['check', '-'], JSON.stringify(wrong)).status, 1)
  })

  for (const [what, content, sentence] of [
    ['is not JSON', '{"id": ', /broken.json: This is not a flow file: it is not valid JSON/],
    ['is no flow', '{"a": 1}', /holds a list of nodes/],
    ['is empty', '', /This is not a flow file/],
    ['holds bytes', '\0\x01\x02', /This is not a flow file/],
  ] as const)
    it(`ends with 2 and a sentence for a file that ${what}`, () => {
      const { status, stdout, stderr } = run(['check', file('broken.json', content)])
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, sentence)
      assert.equal(stderr.trim().split('\n').length, 1)
    })

  it('ends with 2 for a file that is not there, and for a folder', () => {
    assert.deepEqual(run(['check', join(folder, 'none.json')]), {
      status: 2,
      stdout: '',
      stderr: `There is no file ${join(folder, 'none.json')}.\n`,
    })
    assert.match(run(['check', folder]).stderr, /is a folder/)
  })

  it('says how it is used when it is used otherwise', () => {
    for (const args of [['check'], ['check', 'a', 'b'], ['check', '--loud', 'a']]) {
      const { status, stderr } = run(args)
      assert.equal(status, 2)
      assert.match(stderr, /^Name one flow file/)
    }
  })

  it('takes the declarations of the packages that the folder depends on', () => {
    const project = join(folder, 'project')
    const other = join(project, 'node_modules', 'other-nodes')
    mkdirSync(other, { recursive: true })
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ dependencies: { 'other-nodes': '1', 'not-there': '1' } }),
    )
    const nodes = { 'other-source': { label: 'Other', outputs: [{ payload: { type: 'text' } }], passes: false } }
    const flow = file('project/flows.json', [{ id: 'o', type: 'other-source', wires: [['depth']] }, depth, show])
    writeFileSync(join(other, 'package.json'), JSON.stringify({ name: 'other-nodes', daisychain: { nodes } }))
    assert.match(run(['check', flow]).stdout, /“Other” gives a text, but “Depth”/)
    writeFileSync(
      join(other, 'package.json'),
      JSON.stringify({ name: 'other-nodes', daisychain: { nodes: './types.json' } }),
    )
    writeFileSync(join(other, 'types.json'), JSON.stringify(nodes))
    assert.match(run(['check', flow]).stdout, /“Other” gives a text, but “Depth”/)
    writeFileSync(join(other, 'types.json'), '[')
    assert.equal(run(['check', flow]).status, 0)
  })

  it('shows help without a command', () => {
    const { status, stdout } = run([])
    assert.equal(status, 0)
    assert.match(stdout, /daisychain check \[--json\] FLOWS\.json/)
    assert.deepEqual(run(['help']).stdout, stdout)
    assert.deepEqual(run(['--help']).stdout, stdout)
  })

  it('ends with 2 for a command that it does not have', () => {
    const { status, stderr } = run(['constructor'])
    assert.equal(status, 2)
    assert.match(stderr, /has no command “constructor”/)
  })
})
