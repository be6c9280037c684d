import type { NodeAPI } from 'node-red'
import { type About, forgetResult, keepResult, lastResult, type Output, type Trace } from './last-results'
import { kindOf, smallPicture } from './picture-of'
import { throttle } from './throttle'
import { watchersOf } from './watchers'

const SIDE_PIXELS = 160
const TEXT = 200
const INTERVAL = 250
/** With more bars, the node would be too tall. */
const BARS = 6

export interface Preview {
  /**
   * Shows a value inside the node: pictures, label maps and boxes small, only the beginning of text. Other
   * values show nothing.
   */
  show(value: unknown, about?: About, trace?: Trace): void
  /**
   * The same for a node with several outputs. Shows the first one that can be shown, and keeps all for the
   * large view.
   */
  showAll(outputs: Output[], about?: About, trace?: Trace): void
  /**
   * The longest side of the picture shown here, in pixels, while someone is watching. Otherwise undefined.
   */
  readonly side: number | undefined
  /**
   * Stops showing. The last preview remains until the node is gone, because a deploy creates a new preview
   * with the same id.
   */
  close(): void
}

/** What editors receive. */
interface Small extends About {
  image?: string
  text?: string
  /** The time that identifies the result. */
  at: number
}

/**
 * The live picture inside a node, in every open editor: at most four per second, made off the main thread,
 * and only while someone is watching. The last result is kept in full, for the large view and for later
 * viewers.
 * @param shown the node's setting; anything but `false` shows the preview
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
    // The time identifies the result, so a node never uses one twice.
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
    // Not retained, which also makes the runtime forget the last one.
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

/** Node id → what to do when the flows start again. All nodes share one listener. */
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

/** The part added to the text that it continues. The previous node already shows the rest. */
function newIn(text: string, before: string | undefined): string {
  if (!before || !text.startsWith(before)) return text
  const added = text.slice(before.length).replace(/^[\s.,;:!?。、]+/, '')
  return added ? `… ${added}` : text
}
