import type { NodeAPI } from 'node-red'
import { type About, forgetResult, keepResult, lastResult, type Output, type Trace } from './last-results'
import { kindOf, smallPicture } from './picture-of'
import { throttle } from './throttle'
import { watchersOf } from './watchers'

const SIDE_PIXELS = 160
const TEXT = 200
const INTERVAL = 250
/** More would make the node too tall. */
const BARS = 6

export interface Preview {
  /**
   * Shows a value inside the node: pictures, label maps and boxes small, text by its beginning. Other values
   * show nothing.
   */
  show(value: unknown, about?: About, trace?: Trace): void
  /** The same for a node with several outputs: the first that can be shown is. All are kept for the large view. */
  showAll(outputs: Output[], about?: About, trace?: Trace): void
  /** The largest side of a picture here, in pixels, while someone is watching: otherwise undefined. */
  readonly side: number | undefined
  /** Shows nothing more. The last preview stays until the node is gone: a deploy makes a new one with the same id. */
  close(): void
}

/** What an editor gets. */
interface Small extends About {
  image?: string
  text?: string
  /** Which result it is. */
  at: number
}

/**
 * The live picture inside a node, in every open editor: at most four per second, made off the main thread, and only
 * while someone is watching. The last result is kept in full, for the large view and for later viewers.
 *
 * @param shown the node's setting; anything but `false` shows it
 */
export function createPreview(RED: NodeAPI, id: string, shown: unknown = true): Preview {
  const topic = `daisychain/preview/${id}`
  let closed = false
  const watchers = watchersOf(RED)

  const publish = throttle(INTERVAL, ({ output, ...rest }: { output: Output; at: number } & About) => {
    render(output).then(
      (content) => {
        if (content && !closed) RED.comms.publish(topic, { ...content, ...rest } satisfies Small, true)
      },
      (error: Error) => RED.log.debug(`Daisychain: no preview of ${id}: ${error.message}`),
    )
  })

  function showAll(
    outputs: Output[],
    { ms, device, seed, doubt, bars, clicks, unfinished }: About = {},
    trace: Trace | null = null,
  ) {
    if (shown === false || closed) return
    const output = outputs.find((each) => kindOf(each))
    if (!output) return
    // No two of a node have the same time: it is their name.
    const at = Math.max(Date.now(), (lastResult(id)?.at ?? 0) + 1)
    const about = {
      ...(ms !== undefined && { ms }),
      ...(device !== undefined && { device }),
      ...(seed !== undefined && { seed }),
      ...(doubt !== undefined && { doubt }),
      ...(clicks && { clicks }),
      ...(unfinished && { unfinished }),
      ...(bars !== undefined && { bars: bars.slice(0, BARS) }),
    }
    keepResult(id, { ...about, outputs, at }, trace)
    // A result that is too large to keep couldn't be shown later.
    const isKept = lastResult(id)?.outputs.some(({ value }) => value === output.value)
    if (watchers.any || !isKept) publish({ ...about, output, at })
  }

  function clear() {
    forgetResult(id)
    // Not retained: this also makes the runtime forget the last one.
    RED.comms.publish(topic, {}, false)
  }

  if (shown === false) clear()
  const stopWaiting = watchers.whenBegun(() => {
    const { outputs = [], ...rest } = lastResult(id) ?? { at: 0 }
    const output = outputs.find((each) => kindOf(each))
    if (output) publish({ ...rest, output })
  })

  return {
    show: (value, about, trace) => showAll([{ name: '', value }], about, trace),
    showAll,
    get side() {
      return shown !== false && watchers.any ? SIDE_PIXELS : undefined
    },
    close() {
      closed = true
      stopWaiting()
      publish.cancel()
      whenStarted(RED, id, () => {
        if (!RED.nodes.getNode(id)) clear()
      })
    },
  }
}

/** What waits for the flows to start again, by node; one listener for all. */
const restarting = new WeakMap<NodeAPI['events'], Map<string, () => void>>()

function whenStarted({ events }: NodeAPI, id: string, act: () => void): void {
  const known = restarting.get(events)
  if (known) return void known.set(id, act)
  const acts = new Map([[id, act]])
  restarting.set(events, acts)
  events.on('flows:started', () => {
    for (const look of [...acts.values()]) look()
    acts.clear()
  })
}

async function render(output: Output): Promise<{ image?: string; text?: string } | null> {
  if (typeof output.value === 'string') return { text: newIn(output.value, output.after).slice(0, TEXT) }
  const image = await smallPicture(output, SIDE_PIXELS)
  return image ? { image } : null
}

/** The text added to what it continues: the previous node already shows the rest. */
function newIn(text: string, before: string | undefined): string {
  if (!before || !text.startsWith(before)) return text
  const added = text.slice(before.length).replace(/^[\s.,;:!?。、]+/, '')
  return added ? `… ${added}` : text
}
