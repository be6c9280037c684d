import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Characteristics } from '../../src/models'
import type { Editor } from './support/editor'
import { eventually } from './support/eventually'
import { onOneVersion } from './support/suite'
import { packageFolder } from './support/versions'

/** A device that this system never has, so there is always a reason why the model didn't run on it. */
const foreign = process.platform === 'win32' ? 'coreml' : 'directml'
const names: Record<string, string> = {
  ...{ cpu: 'CPU', cuda: 'CUDA', tensorrt: 'TensorRT', directml: 'DirectML' },
  ...{ coreml: 'Core ML', webgpu: 'WebGPU', wasm: 'WebAssembly' },
}

const inject = (id: string, to: string, y: number) => ({
  ...{ id, type: 'inject', z: 'tab', name: id, x: 120, y, wires: [[to]], repeat: '', once: false },
  props: [{ p: 'payload', v: join(packageFolder, 'nodes/onnx/sample.jpg'), vt: 'str' }],
})
const engine = (id: string, device: string) => ({ id, type: 'daisychain-engine', device, strict: false })
const depth = (id: string, y: number) => ({
  ...{ id, type: 'daisychain-densedepth', z: 'tab', name: id, x: 420, y, wires: [[]], engine: `engine ${id}` },
})

const flow = [
  { id: 'tab', type: 'tab', label: 'Where it ran' },
  inject('go never', 'never', 140),
  depth('never', 140),
  engine('engine never', foreign),
  inject('go card', 'card', 340),
  depth('card', 340),
  engine('engine card', 'cuda'),
]

onOneVersion('5.0', 'the characteristics of a model that could not run where it was told to', (session) => {
  const open = async (editor: Editor, id: string) => {
    await editor.edit(id)
    await editor.page.locator('[id="red-ui-tab-daisychain-characteristics-link-button"]').click()
    const tab = editor.page.locator('.daisychain-characteristics')
    await tab.locator('h4').first().waitFor()
    const hidden = await editor.page
      .locator('.red-ui-tray-body')
      .evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)
    assert.ok(hidden <= 1, `the last ${hidden} pixels cannot be scrolled to`)
    await tab
      .locator('dl')
      .last()
      .evaluate((element) => element.scrollIntoView({ block: 'nearest' }))
    const said = await tab.locator('dl').last().innerText()
    await editor.screenshot(`characteristics, ${id}`)
    await editor.cancel()
    await editor.page.locator('.red-ui-tray').waitFor({ state: 'detached' })
    return said
  }
  const lastRun = async (id: string) => {
    const answer = await fetch(`${session().server.url}/daisychain/characteristics/daisychain-densedepth/${id}`)
    const { lastRun } = (await answer.json()) as Characteristics
    assert.ok(lastRun)
    return lastRun
  }

  for (const dark of [false, true]) {
    it(`say where it ran instead, and the reason of this machine${dark ? ', in the dark theme too' : ''}`, async () => {
      const editor = await session().open(flow, { dark })
      for (const id of ['never', 'card']) {
        await editor.press(`go ${id}`)
        await editor.node(id).getByText(/ ms$/).waitFor({ timeout: 60_000 })
        const { device, attempts } = await lastRun(id)
        // Where there is a CUDA card, the model ran on it and no failed attempt is listed.
        if (id === 'never' || device !== 'cuda') assert.equal(attempts[0]?.device, id === 'never' ? foreign : 'cuda')
        const said = await open(editor, id)
        assert.match(said, new RegExp(`Device\\s+${names[device]}\\s+Time\\s+\\d+ ms`))
        for (const attempt of attempts) {
          assert.match(attempt.error, /^[A-Z].{10,}\.$/, 'a sentence')
          const sentence = attempt.error.replaceAll('`', '')
          assert.ok(said.includes(`Not on ${names[attempt.device]}`), `${attempt.device} is not in: ${said}`)
          assert.ok(said.includes(sentence), `“${sentence}” is not in: ${said}`)
        }
      }
      assert.deepEqual(editor.errors, [])
    }).timeout(180_000)
  }

  it('say how long a run took, and from the second run on how long runs usually take', async () => {
    const editor = await session().open(flow)
    await editor.press('go never')
    await editor.node('never').getByText(/ ms$/).waitFor({ timeout: 60_000 })
    assert.match(await open(editor, 'never'), /Time\s+\d+ ms\n/)
    await editor.press('go never')
    await editor.page.waitForFunction(async () => {
      const answer = await fetch('daisychain/characteristics/daisychain-densedepth/never')
      return (await answer.json()).lastRun?.runs === 2
    })
    const { last, median } = await lastRun('never')
    assert.ok(median <= last || median > 0)
    await eventually(async () =>
      assert.match(await open(editor, 'never'), /Time\s+\d+ ms \(median of the last 2 runs: \d+ ms\)/),
    )
  }).timeout(180_000)
})
