import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { chainIn, readProvenance, xmpIn } from '../../src/provenance'
import { type FlowEntry, Red } from '../plugins/support'
import { temporaryFolder } from './pictures'

const hasExiftool = spawnSync('exiftool', ['-ver']).status === 0

describe('pictures that say how they were made', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  let red: Red
  const at = { z: 'tab', x: 1, y: 1 }
  const save = (format: string) => ({
    ...{ ...at, id: format, type: 'daisychain-export', name: `as ${format}`, wires: [[]] },
    ...{ format, folder: folder.path, file: `made-${format}`, provenance: format !== 'off', existing: 'overwrite' },
    ...(format === 'off' && { format: 'png' }),
  })
  const flow = [
    { id: 'tab', type: 'tab', label: 'test', env: [{ name: 'WORD', type: 'str', value: 'tab-hidden-word' }] },
    { ...at, id: 'go', type: 'inject', props: [{ p: 'payload' }, { p: 'note', v: 'x', vt: 'str' }], wires: [['fn']] },
    {
      ...{ ...at, id: 'fn', type: 'function', outputs: 1, wires: [['made']] },
      func: 'const key = "code-hidden"; return { payload: Array.from({ length: 512 }, (_, i) => Math.sin(i)), truncation: 0.5, seed: env.get("WORD") }',
    },
    {
      ...{ ...at, id: 'made', type: 'daisychain-stylegan', name: 'Rooms', variant: 'mini' },
      wires: [['png', 'jpeg', 'webp', 'off']],
    },
    ...['png', 'jpeg', 'webp', 'off'].map(save),
  ] as FlowEntry[]

  before(async () => {
    red = await Red.start(flow)
  })
  after(async () => {
    await red.stop()
    folder.remove()
  })

  it('carry it as PNG, JPEG and WebP if asked to; pixels and other pictures stay as they were', async () => {
    await fetch(`${red.url}/inject/go`, { method: 'POST' })
    for (const id of ['png', 'jpeg', 'webp', 'off'])
      await red.until('node-status', (said) => said.id === id && said.status.fill === 'green')
    const file = (name: string) => join(folder.path, name)
    for (const name of ['made-png.png', 'made-jpeg.jpg', 'made-webp.webp']) {
      const bytes = readFileSync(file(name))
      const xmp = xmpIn(bytes) ?? ''
      assert.doesNotMatch(xmp, new RegExp(`hidden|${folder.path}`))
      const record = readProvenance(chainIn(xmp) ?? '')
      assert.ok(record, name)
      assert.deepEqual(record.flow.map(({ type }) => type).sort(), [
        'daisychain-export',
        'daisychain-stylegan',
        'function',
        'inject',
      ])
      const { models, options, daisychain } = JSON.parse(chainIn(xmp) ?? '')
      assert.match(daisychain, /^\d+\.\d+\.\d+/)
      assert.match(models[0].sha256[0], /^[0-9a-f]{64}$/)
      assert.deepEqual([models[0].node, options.made], ['made', { truncation: 0.5 }])
      if (hasExiftool) {
        const [said] = JSON.parse(execFileSync('exiftool', ['-j', '-XMP:all', file(name)], { encoding: 'utf8' }))
        assert.match(said.DigitalSourceType, /digitalsourcetype\/\w*[tT]rainedAlgorithmicMedia$|[Tt]rained/)
        assert.match(said.CreatorTool, /^Daisychain \d/)
        assert.deepEqual(
          JSON.parse(typeof said.Chain === 'string' ? said.Chain : JSON.stringify(said.Chain)).models,
          models,
        )
      }
    }
    const [plain, told] = await Promise.all(
      ['made-off.png', 'made-png.png'].map((name) => sharp(file(name)).raw().toBuffer()),
    )
    assert.ok(plain && told && plain.equals(told))
    assert.equal(xmpIn(readFileSync(file('made-off.png'))), null)
  })

  it('are described to the dialog before anything is saved, and what is not a flow is refused in a sentence', async () => {
    const ask = async (body: object) => {
      const answer = await fetch(`${red.url}/daisychain-export/provenance`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return [answer.status, await answer.json()] as const
    }
    const [status, { record, left }] = await ask({ flow, id: 'png' })
    assert.equal(status, 200)
    assert.deepEqual(record.models[0].node, 'made')
    assert.ok(left.some(({ settings }: { settings: string[] }) => settings.includes('folder')))
    assert.doesNotMatch(JSON.stringify(record), /hidden/)
    const [refused, { message }] = await ask({ flow: 7, id: 'png' })
    assert.deepEqual([refused, /\.$/.test(message)], [400, true])
  })
})
