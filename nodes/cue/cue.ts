import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { readSettings } from '../../src/settings'
import { asFlowFault, quoteValue, ValueError } from '../../src/types'
import { failure, onInput, readControl, statusOf } from '../shared/controls'
import { addDevicePages, type PageNode } from '../shared/device-pages'
import { memoryOf } from '../shared/memory'
import { registerNode } from '../shared/register-node'
import { listed, sayings } from '../shared/say'
import { createSendAgain } from '../shared/send-again'
import { asSentence } from '../shared/sentence'
import { type Cue, type Fade, findCue, lastDue, readCues, type Values, valuesAt, wayOf } from './fade'
import { node as spec } from './node'

interface Message extends NodeMessage {
  cue?: unknown
  seconds?: unknown
  control?: unknown
  _query?: unknown
}

/** The state kept across deploys and restarts. */
interface Kept extends Fade {
  cue: string
}

const CONTROLS = ['next', 'previous', 'stop'] as const
/** Milliseconds between two checks for cues that start at a time of day. */
const CLOCK_INTERVAL = 1000

export = (RED: NodeAPI): void => {
  const say = sayings(RED)
  addDevicePages(RED, { name: 'cue', folder: __dirname })

  registerNode(RED, spec, (node: Node & PageNode, config: NodeDef & Record<string, unknown>) => {
    const show = statusOf(node)
    let settings: { seconds: number; rate: number; again: boolean }
    let cues: Cue[]
    try {
      settings = readSettings(spec.settings, config)
      cues = readCues(config.cues ?? [])
    } catch (error) {
      const sentence = asSentence(asFlowFault(error))
      show(failure(sentence))
      node.error(sentence.message)
      onInput(node, () => Promise.reject(sentence), show)
      return
    }
    const { userDir } = RED.settings as { userDir?: string }
    const memory = memoryOf<Kept>(
      userDir,
      node.id,
      (sentence) => node.warn(sentence),
      () => 'The cue of this node',
    )
    const again = createSendAgain(RED, node, 1000 / settings.rate, (msg) => put(msg, valuesAt(fade, Date.now())))
    let place = 0
    let fade: Fade = { from: {}, to: cues[0]?.values ?? {}, began: Date.now(), lasts: 0 }
    let ticking: NodeJS.Timeout | undefined
    let lookedAt = Date.now()

    const kept = memory.read()
    if (kept && cues.some(({ name }) => name === kept.cue)) {
      place = findCue(cues, kept.cue)
      // The cue's values may have been edited since.
      const { from = {}, began = 0, lasts = 0 } = kept
      fade = { from, to: { ...kept.to, ...cues[place]?.values }, began, lasts }
      lookedAt = Math.min(lookedAt, began)
    }
    const clock = setInterval(lookAtClock, CLOCK_INTERVAL)
    lookAtClock()
    tick()

    Object.assign(node, {
      /** Receives the cue requested by the page. */
      takeFrame(bytes: Buffer) {
        try {
          const asked = bytes.toString('utf8', 0, 200)
          if (asked === 'next' || asked === 'previous') go(neighbouring(asked))
          // The page's keys and buttons send positions, so that a cue's name can't be mistaken for one.
          else go(findCue(cues, Number(asked)))
        } catch (error) {
          show(failure(asSentence(error)))
        }
      },
    })
    Object.defineProperty(node, 'page', {
      get: () => ({
        name: node.name ?? 'cue',
        cues: JSON.stringify(cues.map(({ name }) => name)),
        place,
        way: wayOf(fade, Date.now()),
      }),
    })

    onInput(
      node,
      (msg: Message, send) => {
        const control = readControl(msg.control, CONTROLS)
        if (control === 'stop') return stop()
        if (control) return go(neighbouring(control), msg.seconds)
        if (msg.cue !== undefined) return go(findCue(cues, msg.cue), msg.seconds)
        // A query gets only one answer, so it isn't sent again.
        if (settings.again && msg._query === undefined) again.remember(msg)
        send(put(msg, valuesAt(fade, Date.now())))
        return undefined
      },
      show,
    )

    node.on('close', (removed: boolean, done: () => void) => {
      clearInterval(clock)
      clearTimeout(ticking)
      again.close()
      show.cancel()
      if (removed) memory.write(undefined)
      node.status({})
      done()
    })

    /** @throws ValueError for an invalid time */
    function go(next: number, seconds?: unknown): void {
      const lasts = readSeconds(seconds) ?? settings.seconds
      const now = Date.now()
      const from = valuesAt(fade, now)
      place = next
      fade = { from, to: { ...from, ...cues[next]?.values }, began: now, lasts: 1000 * lasts }
      keep()
      tick()
    }

    function stop(): void {
      const values = valuesAt(fade, Date.now())
      fade = { from: values, to: values, began: Date.now(), lasts: 0 }
      keep()
      tell()
    }

    function keep(): void {
      memory.write({ ...fade, cue: cues[place]?.name ?? '' })
    }

    function neighbouring(control: 'next' | 'previous'): number {
      const by = control === 'next' ? 1 : -1
      return findCue(cues, ((place + by + cues.length) % (cues.length || 1)) + 1)
    }

    /** Sends the current values, and repeats until the fade ends. */
    function tick(): void {
      clearTimeout(ticking)
      const now = Date.now()
      const isOver = wayOf(fade, now) >= 1
      const values = valuesAt(fade, now)
      tell()
      if (cues.length > 0) node.send([null, { payload: { ...values }, cue: cues[place]?.name } as NodeMessage])
      again.changed()
      if (!isOver) ticking = setTimeout(tick, Math.min(1000 / settings.rate, fade.began + fade.lasts - now))
    }

    /** Starts a cue at its time of day. After a power cut, starts the last one that was missed. */
    function lookAtClock(): void {
      const now = Date.now()
      const due = lastDue(cues, Math.min(lookedAt, now), now)
      lookedAt = now
      if (due >= 0) go(due)
    }

    function tell(): void {
      const { name } = cues[place] ?? {}
      if (name === undefined) {
        show({ fill: 'grey', shape: 'ring', text: say('noCues') })
        return
      }
      const way = wayOf(fade, Date.now())
      const percent = say('percent', { number: Math.round(100 * way) })
      if (way < 1) show({ fill: 'blue', shape: 'ring', text: listed(say, [name, percent]) })
      else show({ fill: 'green', shape: 'dot', text: name })
    }

    function put<M extends NodeMessage>(msg: M, values: Values): M {
      for (const [option, value] of Object.entries(values)) RED.util.setMessageProperty(msg, option, value, true)
      return msg
    }
  })
}

/** Undefined if the value is empty. @throws ValueError */
function readSeconds(given: unknown): number | undefined {
  if (given === undefined || given === null || given === '') return undefined
  const seconds = typeof given === 'string' ? Number(given) : given
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= 86_400))
    throw new ValueError(`seconds must be a number from 0 to 86400 (got ${quoteValue(given)})`)
  return seconds
}
