// biome-ignore-all lint/suspicious/noExplicitAny: the function that runs in the page uses the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FlowEntry } from './support/server'
import { onOneVersion } from './support/suite'
import { packageFolder } from './support/versions'

declare const RED: any
declare const document: any

const folder = join(packageFolder, 'examples')

/** Pixels to the right of a node and below it that must stay free, for a stop button and a status. */
const BESIDE = 6
const BELOW = 16

/** The height of nodes that grow with their first result, which then are as wide as those with a picture. */
const GROWN: Readonly<Record<string, number>> = {
  // A picture, and bars of three classes.
  'daisychain-teach': 213,
  'daisychain-what-is-it': 85,
  'daisychain-what-do-i-hear': 85,
}
const GROWN_WIDTH = 180

onOneVersion('4.1', 'the examples', (session) => {
  it('fit on the canvas at 1280×800 with both sidebars open, and no node covers another or its status', async function () {
    this.timeout(300_000) // There are dozens of them.
    const { open } = session()
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      assert.match(file, /^\d\d /, 'menus sort it')
      const editor = await open(JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowEntry[])
      assert.deepEqual(
        await editor.page.evaluate(crowded, { beside: BESIDE, below: BELOW, grown: GROWN, width: GROWN_WIDTH }),
        [],
        file,
      )
    }
  })
})

interface Room {
  beside: number
  below: number
  grown: Readonly<Record<string, number>>
  width: number
}

/** Nodes that are out of sight or too close to another node. */
function crowded({ beside, below, grown, width }: Room): string[] {
  const canvas = document.querySelector('#red-ui-workspace-chart').getBoundingClientRect()
  const nodes: { name: string; button: number; left: number; right: number; top: number; bottom: number }[] = []
  RED.nodes.eachNode(({ name, type, x, y, z, _def, ...size }: any) => {
    if (z !== RED.workspaces.active()) return
    const [w, h] = [Math.max(size.w, grown[type] ? width : 0), Math.max(size.h, grown[type] ?? 0)]
    const button = _def.button && _def.align !== 'right' ? 25 : 0
    nodes.push({ name: name || type, button, left: x - w / 2, right: x + w / 2, top: y - h / 2, bottom: y + h / 2 })
  })
  const out = nodes.filter((a) => a.left - a.button < 5 || a.right > canvas.width || a.bottom + below > canvas.height)
  const near = nodes.flatMap((a, i) =>
    nodes
      .slice(i + 1)
      .filter((b) => a.left < b.right + beside && b.left < a.right + beside)
      .filter((b) =>
        a.top < b.top
          ? a.bottom + (a.bottom - a.top > 40 ? below : 0) > b.top
          : b.bottom + (b.bottom - b.top > 40 ? below : 0) > a.top,
      )
      .map((b) => `${a.name} and ${b.name}`),
  )
  return [...out.map(({ name }) => name), ...near]
}
