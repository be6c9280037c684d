import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryFolder } from '../nodes/pictures'

const root = resolve(__dirname, '../../..')

describe('a script that uses only the check’s sentences', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  after(() => folder.remove())
  const file = join(folder.path, 'flows.json')
  const mend = (flow: object[]) => {
    writeFileSync(file, JSON.stringify(flow.map((node) => ({ z: 't', x: 1, y: 1, ...node }))))
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'examples/clients/mend-flow.mjs'), file, join(root, 'dist/src/cli/daisychain.js')],
      { encoding: 'utf8' },
    )
    return { stdout, status, flow: JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[] }
  }

  it('fixes a flow with four faults', () => {
    const { stdout, status, flow } = mend([
      { id: 'paint', type: 'daisychain-paint', wires: [['depth']] },
      { id: 'depth', type: 'daisychain-densedepth', wires: [[]] },
      { id: 'latent', type: 'daisychain-latent', length: '100', wires: [['gan']] },
      { id: 'gan', type: 'daisychain-stylegan', wires: [['text']] },
      { id: 'text', type: 'daisychain-gpt2', wires: [[]] },
      { id: 'latent2', type: 'daisychain-latent', wires: [['set']] },
      {
        ...{ id: 'set', type: 'change', wires: [['gan2']] },
        rules: [{ t: 'set', p: 'truncation', pt: 'msg', to: '5', tot: 'num' }],
      },
      { id: 'gan2', type: 'daisychain-stylegan', wires: [[]] },
    ])
    assert.equal(status, 0, stdout)
    assert.match(stdout, /4\. .*\n.*\nNothing is left to mend\.\n$/)
    assert.deepEqual(
      flow.filter(({ id }) => String(id).startsWith('mended')).map(({ type }) => type),
      ['daisychain-convert', 'daisychain-im2txt'],
    )
    assert.equal(flow.find(({ id }) => id === 'latent')?.length, '512')
  })

  it('the flow on the page for agents is correct', () => {
    const page = readFileSync(join(root, 'docs/agents.md'), 'utf8')
    const { stdout, status } = mend(JSON.parse(/```json\n([^`]*)```/.exec(page)?.[1] ?? '') as object[])
    assert.equal(status, 0, stdout)
    assert.equal(stdout, 'Nothing is left to mend.\n')
  })
})
