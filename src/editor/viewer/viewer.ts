import { nameOf } from '../checks/names'
import type { Clicks } from './clicking'
import { factsOf, fileName } from './facts'
import type { OfferFor } from './offer'
import { fetchPicture, fetchResult, type PictureFormat, type Result, type ResultOutput, sendClicks } from './results'
import { createView } from './view'

export interface Viewer {
  /** Shows a node's last result large. */
  open(id: string): void
  /** A node has a new result. */
  renewed(id: string): void
  close(): void
}

/** @param neighbours ids of the nodes that show something, in the order in which arrow keys walk */
export function createViewer(neighbours: () => string[], offerFor: OfferFor): Viewer {
  const view = createView({ turn, choose, save, clicked, close })
  let id: string | null = null
  let result: Result | null = null
  let chosen = 0
  let picture = ''
  /** One fetch at a time; what comes meanwhile makes it fetch once more. */
  let fetching: 'no' | 'yes' | 'again' = 'no'

  function open(next: string) {
    if (id !== next) {
      id = next
      chosen = -1
      result = null
      view.clear(titleOf(next))
    }
    view.show()
    void update()
  }

  async function update(): Promise<void> {
    if (fetching !== 'no') {
      fetching = 'again'
      return
    }
    fetching = 'yes'
    const asked = id
    try {
      if (asked) await load(asked)
    } catch (error) {
      if (asked === id) view.complain((error as Error).message)
    }
    const again = (fetching as string) === 'again' || asked !== id
    fetching = 'no'
    if (again && id) await update()
  }

  async function load(asked: string): Promise<void> {
    const found = await fetchResult(asked)
    if (asked !== id) return
    if (!found.outputs[chosen])
      chosen = Math.max(
        0,
        found.outputs.findIndex(({ kind }) => kind),
      )
    const at = chosen
    const output = found.outputs[at] as ResultOutput
    const isPicture = output.kind !== null && output.kind !== 'text'
    const blob = isPicture ? await fetchPicture(asked, at, formatOf(output)) : null
    // It can do without: the notice offers the same.
    const offer = found.doubt ? await offerFor(asked).catch(() => undefined) : undefined
    if (asked !== id || at !== chosen) return
    result = found
    URL.revokeObjectURL(picture)
    picture = blob ? URL.createObjectURL(blob) : ''
    view.present({
      outputs: found.outputs,
      chosen: at,
      picture,
      facts: factsOf(found, output),
      offer,
      takesClicks: found.clicks === true && isPicture,
    })
  }

  function clicked(clicks: Clicks) {
    if (id) sendClicks(id, clicks).catch((error: Error) => view.complain(error.message))
  }

  function choose(output: number) {
    chosen = output
    void update()
  }

  function turn(step: 1 | -1) {
    const all = neighbours()
    const next = all[(all.indexOf(id ?? '') + step + all.length) % all.length]
    if (next && next !== id) open(next)
  }

  async function save(format: PictureFormat | 'txt'): Promise<void> {
    const output = result?.outputs[chosen]
    if (!id || !output) return
    const endings = { png: 'png', jpeg: 'jpg', ids: 'ids.png', txt: 'txt' }
    try {
      const blob =
        format === 'txt'
          ? new Blob([output.text ?? ''], { type: 'text/plain' })
          : await fetchPicture(id, chosen, format)
      download(blob, fileName(titleOf(id), output.name, endings[format]))
    } catch (error) {
      view.complain((error as Error).message)
    }
  }

  function close() {
    id = null
    result = null
    URL.revokeObjectURL(picture)
    picture = ''
    view.hide()
  }

  return {
    open,
    close,
    renewed(changed) {
      if (changed === id) void update()
    },
  }
}

/** Large photographs are sent as JPEG, so that live pictures stay live. */
function formatOf({ kind, width = 0, height = 0 }: ResultOutput): PictureFormat {
  return kind === 'image' && width * height > 1e6 ? 'jpeg' : 'png'
}

function titleOf(id: string): string {
  const node = RED.nodes.node(id)
  return node ? nameOf(node) : id
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
