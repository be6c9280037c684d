import { nameOf } from '../checks/names'
import { download } from '../dom'
import type { Travelling } from '../shell/travels'
import type { Clicks } from './clicking'
import { factsOf, fileName } from './facts'
import type { OfferFor } from './offer'
import {
  fetchPicture,
  fetchResult,
  fetchTravels,
  type PictureFormat,
  type Result,
  type ResultOutput,
  repeatResult,
  sendClicks,
} from './results'
import { createView } from './view'

export interface Viewer {
  /** Shows a node's last result large. */
  open(id: string): void
  /** Called when a node has a new result. */
  renewed(id: string): void
  close(): void
}

/** @param neighbours ids of the nodes that show something, in the order of the arrow keys */
export function createViewer(neighbours: () => string[], offerFor: OfferFor): Viewer {
  const view = createView({ turn, choose, save, travels, clicked, close, goTo, repeat })
  let id: string | null = null
  let result: Result | null = null
  let chosen = 0
  let picture = ''
  let sound = ''
  let came = ''
  /** The time of the result shown; null follows the latest. */
  let at: number | null = null
  /** Only one fetch runs at a time. If a result arrives meanwhile, another fetch follows. */
  let fetching: 'no' | 'yes' | 'again' = 'no'

  function open(next: string) {
    if (id !== next) {
      id = next
      chosen = -1
      result = null
      at = null
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
    const time = at
    const found = await fetchResult(asked, time).catch((error: Error) => {
      // The requested result is no longer kept, so show the latest.
      if (time === null) throw error
      at = null
      return fetchResult(asked, null)
    })
    if (asked !== id) return
    if (!found.outputs[chosen])
      chosen = Math.max(
        0,
        found.outputs.findIndex(({ kind }) => kind),
      )
    const number = chosen
    const output = found.outputs[number] as ResultOutput
    const isPicture = output.kind !== null && output.kind !== 'text'
    const blob = isPicture ? await fetchPicture(asked, number, formatOf(output), found.at) : null
    const heard = output.kind === 'audio' ? await fetchPicture(asked, number, 'wav', found.at) : null
    const input = found.came ? await fetchPicture(asked, 'came', 'jpeg', found.at).catch(() => null) : null
    // A failed request is ignored, because the notice offers the same.
    const offer = found.doubt ? await offerFor(asked).catch(() => undefined) : undefined
    if (asked !== id || number !== chosen) return
    result = found
    for (const url of [picture, sound, came]) URL.revokeObjectURL(url)
    sound = heard ? URL.createObjectURL(heard) : ''
    picture = blob ? URL.createObjectURL(blob) : ''
    came = input ? URL.createObjectURL(input) : ''
    view.present({
      outputs: found.outputs,
      chosen: number,
      picture,
      sound,
      facts: factsOf(found, output),
      offer,
      takesClicks: found.clicks === true && isPicture,
    })
    view.presentHistory({ times: found.times, at: found.at, came, canRepeat: found.canRepeat, canSend: found.canSend })
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

  /** Goes to an earlier or later result. Going to the newest one follows the latest again. */
  function goTo(time: number) {
    at = time === result?.times[0] ? null : time
    void update()
  }

  async function repeat(how: 'again' | 'send'): Promise<void> {
    if (!id || !result) return
    const { at: time } = result
    at = how === 'again' ? null : at
    try {
      await repeatResult(id, how, time)
    } catch (error) {
      view.complain((error as Error).message)
    }
  }

  async function save(format: PictureFormat | 'txt', isTold: boolean): Promise<void> {
    const output = result?.outputs[chosen]
    if (!id || !output) return
    const endings = { png: 'png', jpeg: 'jpg', ids: 'ids.png', txt: 'txt', wav: 'wav' }
    try {
      const blob =
        format === 'txt'
          ? new Blob([output.text ?? ''], { type: 'text/plain' })
          : await fetchPicture(id, chosen, format, result?.at ?? null, isTold)
      download(blob, fileName(titleOf(id), output.name, endings[format]))
    } catch (error) {
      view.complain((error as Error).message)
    }
  }

  function travels(): Promise<Travelling> {
    return fetchTravels(id ?? '', result?.at ?? null)
  }

  function close() {
    id = null
    result = null
    for (const url of [picture, sound, came]) URL.revokeObjectURL(url)
    picture = sound = ''
    came = ''
    at = null
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
