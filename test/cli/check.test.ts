import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, spawned } from './run'

describe('daisychain on the command line', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-cli-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

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

  it('exits with 0 if nothing is wrong', async () => {
    assert.deepEqual(await run(['check', file('right.json', right)]), {
      code: 0,
      out: '2 of 2 wires fit, no problems found.\n',
      error: '',
    })
  })

  it('exits with 1 and a sentence if a wire doesn’t fit', async () => {
    const { code, out } = await run(['check', file('wrong.json', wrong)])
    assert.equal(code, 1)
    assert.match(
      out,
      /^- “Depth” needs an? .*image, but “.+” gives a vector.*\. .+\n {2}\(latent → depth\)\n1 of 2 wires fits, 1 does not fit\.\n$/,
    )
  })

  it('exits with 1 and a sentence for each setting that the node refuses, if its form shows it', async () => {
    const node = (id: string, settings: object) => ({ id, z: 'tab', wires: [[]], ...settings })
    // biome-ignore lint/suspicious/noTemplateCurlyInString: how flow files name environment variables
    const variable = '${P}'
    const path = file('settings.json', [
      node('face', { type: 'daisychain-stylegan', truncation: 7, queue: 'latest', limit: 0 }),
      node('story', { type: 'daisychain-gpt2', temperature: 'warm', seed: 'cat', top_p: variable }),
      node('meadow', { type: 'daisychain-stylegan', name: 'Meadow', variant: 'sea' }),
      node('dark', { type: 'daisychain-adjust', name: 'Dark', brightness: '-5' }),
      node('off', { type: 'daisychain-adjust', brightness: '-5', d: true }),
    ])
    const { code, out, error } = await run(['check', path])
    assert.deepEqual([code, error], [1, ''])
    assert.deepEqual(out.split('\n').slice(0, -2), [
      "- StyleGAN's truncation is 7, but a number from 0 to 1 is needed.",
      '  (face)',
      '- GPT-2\'s temperature is the text "warm", but a number from 0 to 2 is needed.',
      '  (story)',
      out.split('\n')[4],
      '  (meadow)',
      '- “Dark”: brightness is "-5", but must be a number from 0 to 1000.',
      '  (dark)',
    ])
    assert.match(out, /^- “Meadow”: StyleGAN has no variant "sea": choose "mini", /m)
    assert.match(out, /^0 of 0 wires fit, 4 settings are wrong\.$/m)
    const json = await run(['check', '--json', path])
    assert.equal(json.code, 1)
    assert.deepEqual(JSON.parse(json.out).problems, [])
    assert.equal(json.error.split('\n').length, 5)
  })

  it('accepts any number or word as a seed, as models do', async () => {
    for (const [v, vt] of [
      ['5000', 'num'],
      ['-0.5', 'num'],
      ['cat', 'str'],
    ]) {
      const props = [
        { p: 'payload', v: 'a room', vt: 'str' },
        { p: 'seed', v, vt },
      ]
      const inject = { id: 'i', type: 'inject', z: 'tab', props, wires: [['g', 'a']] }
      const models = ['gpt2', 'attngan'].map((name) => ({
        id: name[0],
        type: `daisychain-${name}`,
        z: 'tab',
        wires: [[]],
      }))
      const { code, out } = await run(['check', file('seed.json', [inject, ...models])])
      assert.equal(code, 0, out)
    }
  })

  it('prints JSON for programs', async () => {
    const { code, out } = await run(['check', '--json', file('wrong.json', wrong)])
    assert.equal(code, 1)
    const { wires, problems } = JSON.parse(out)
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

  it('prints only JSON with --json, even if nothing is wrong', async () => {
    const { code, out } = await run(['check', file('right.json', right), '--json'])
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(out).problems, [])
  })

  it('reads standard input', async () => {
    assert.equal((await spawned(['check', '-'], { input: JSON.stringify(wrong) })).code, 1)
  })

  for (const [what, content, sentence] of [
    ['is not JSON', '{"id": ', /broken.json: This isn't a flow file: it isn't valid JSON/],
    ['is no flow', '{"a": 1}', /a flow file is a list of nodes/],
    ['is empty', '', /This isn't a flow file/],
    ['holds bytes', '\0\x01\x02', /This isn't a flow file/],
  ] as const)
    it(`ends with 2 and a sentence for a file that ${what}`, async () => {
      const { code, out, error } = await run(['check', file('broken.json', content)])
      assert.deepEqual([code, out], [2, ''])
      assert.match(error, sentence)
      assert.equal(error.trim().split('\n').length, 1)
    })

  it('exits with 2 for a missing file, and for a folder or a pattern without flow files', async () => {
    assert.deepEqual(await run(['check', join(folder, 'none.json')]), {
      code: 2,
      out: '',
      error: `There is no file ${join(folder, 'none.json')}.\n`,
    })
    mkdirSync(join(folder, 'empty'))
    for (const nothing of [join(folder, 'empty'), join(folder, 'empty', '*.json')]) {
      const { code, error } = await run(['check', nothing])
      assert.deepEqual([code, error], [2, `There is no flow file in ${nothing}.\n`])
    }
  })

  it('prints its usage when its arguments are wrong', async () => {
    for (const args of [['check'], ['check', '--loud', 'a']]) {
      const { code, error } = await run(args)
      assert.equal(code, 2)
      assert.match(error, /^Name one or more flow files/)
    }
  })

  it('accepts several files, folders and patterns in one call', async () => {
    mkdirSync(join(folder, 'many', 'deeper'), { recursive: true })
    const [good, bad] = [file('many/right.json', right), file('many/deeper/wrong.json', wrong)]
    file('many/package.json', { name: 'no flow' })
    file('many/list.json', [1, 2])
    file('many/flows_cred.json', { $: 'x' })
    const ways = [[good, bad], [join(folder, 'many')], [join(folder, 'many', '**', '*.json')]]
    for (const way of ways) {
      const { code, out } = await run(['check', ...way])
      assert.equal(code, 1)
      assert.ok(out.includes(`${good}:\n2 of 2 wires fit, no problems found.`), out)
      assert.match(out, /wrong\.json:\n- .+ gives a vector/)
      const json = JSON.parse((await run(['check', '--json', ...way])).out)
      assert.equal(json[bad].problems.length, 1)
      assert.equal(json[good].problems.length, 0)
    }
    assert.equal((await run(['check', join(folder, 'many', '*.json')])).code, 0)
  })

  it('uses the declarations of the packages that the folder depends on', async () => {
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
    assert.match((await run(['check', flow])).out, /“Depth” needs .*, but “Other” gives text/)
    mkdirSync(join(project, 'more', 'flows'), { recursive: true })
    const below = file('project/more/flows/below.json', JSON.parse(readFileSync(flow, 'utf8')))
    assert.match((await run(['check', below])).out, /“Depth” needs .*, but “Other” gives text/)
    writeFileSync(
      join(other, 'package.json'),
      JSON.stringify({ name: 'other-nodes', daisychain: { nodes: './types.json' } }),
    )
    writeFileSync(join(other, 'types.json'), JSON.stringify(nodes))
    assert.match((await run(['check', flow])).out, /“Depth” needs .*, but “Other” gives text/)
    for (const [nodes, sentence] of [
      ['./types.json', /other-nodes: \.\/types\.json, named in package\.json .*, doesn't contain a JSON object/],
      ['./none.json', /other-nodes: There is no file \.\/none\.json, which package\.json names/],
      [7, /other-nodes: "daisychain" in package\.json must have "nodes"/],
      [{ 'other-source': { input: {} } }, /other-nodes: .*“other-source” is wrong: there is no "input".*“inputs”\?/],
    ] as const) {
      writeFileSync(join(other, 'types.json'), '[')
      writeFileSync(join(other, 'package.json'), JSON.stringify({ name: 'other-nodes', daisychain: { nodes } }))
      const { code, error } = await run(['check', '--json', flow])
      assert.equal(code, 0)
      assert.match(error, sentence)
    }
  })

  it('shows help without a command', async () => {
    const { code, out } = await run([])
    assert.equal(code, 0)
    assert.match(out, /daisychain check \[--json\] FLOWS\.json/)
    assert.deepEqual((await run(['help'])).out, out)
    assert.deepEqual((await run(['--help'])).out, out)
  })

  it('exits with 2 for an unknown command', async () => {
    const { code, error } = await run(['constructor'])
    assert.equal(code, 2)
    assert.match(error, /has no command “constructor”/)
  })
})
