import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { noChromium } from './support/browser'
import { eventually } from './support/eventually'
import { type Installation, type Part, startInstallation } from './support/installation'

const PATH = '/daisychain/shout'
const place = { z: 'tab', x: 100, y: 100 }
const flows = [
  { id: 'tab', type: 'tab', label: 'test' },
  { ...place, id: 'in', type: 'daisychain-serve-in', name: 'shout', disk: true, wires: [['f']] },
  { ...place, id: 'f', type: 'function', func: 'return { ...msg, payload: msg.payload + "!" }', wires: [['out']] },
  { ...place, id: 'out', type: 'daisychain-serve-out' },
]

/** `npm run test:long` also kills each part alone. */
const KILLS: Part[][] =
  process.env.DAISYCHAIN_KILLS === 'all'
    ? [['browser'], ['node-red'], ['browser', 'node-red'], ['browser'], ['node-red', 'browser']]
    : [['browser', 'node-red']]

describe('an installation whose parts are killed', function () {
  this.timeout(240_000)
  let installation: Installation
  before(async function () {
    if (noChromium || process.platform !== 'linux') this.skip()
    installation = await startInstallation(flows, PATH)
  })
  after(() => installation?.stop())
  const shout = (text: string) =>
    eventually(async () => {
      const body = JSON.stringify({ payload: text })
      const answer = await fetch(`${installation.url}${PATH}/page/run`, { method: 'POST', body }).catch(() => null)
      assert.match((await answer?.text()) ?? '', /"outputs"/)
    })
  const isShown = (text: string) =>
    eventually(async () => {
      const page = await installation.show()
      await page.getByText(text, { exact: true }).waitFor({ timeout: 3000 })
    })

  /** Waits until the displayed result has been written to the disk. */
  const isKept = (text: string) =>
    eventually(() => {
      const folder = join(installation.folder, 'daisychain/history/in')
      const frames = readdirSync(folder).filter((name) => name.endsWith('.frame'))
      assert.ok(frames.some((name) => readFileSync(join(folder, name), 'utf8').includes(text)))
    })

  it('shows the last result and then the next one, without anyone’s help', async () => {
    await shout('first')
    await isShown('first!')
    await isKept('first!')
    for (const [i, parts] of KILLS.entries()) {
      for (const part of parts) installation.kill(part)
      // After both were killed, the screen gets its result from the disk. A process writes its first result
      // at once and the next ones a little later, so only the first is certain to be there.
      if (parts.length === 1 || i === 0) await isShown(i === 0 ? 'first!' : `after ${i - 1}!`)
      await shout(`after ${i}`)
      await isShown(`after ${i}!`)
    }
  })
})
