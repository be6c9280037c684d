import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { rememberStrings } from '../../src/files'
import { readSettings, type Values } from '../../src/settings'
import { quoteValue } from '../../src/types'
import { failure, onInput, statusOf } from '../shared/controls'
import { memoryOf } from '../shared/memory'
import { registerNode } from '../shared/register-node'
import { listed, sayings } from '../shared/say'
import { createSendAgain } from '../shared/send-again'
import { asSentence, brief, NARROW } from '../shared/sentence'
import { throttle } from '../shared/throttle'
import { addAdminRoutes } from './admin'
import { createGate } from './gate'
import { hear, type Source } from './hear'
import { controlsOf, type Heard } from './heard'
import { node as spec } from './node'
import { type Knob, optionValue, readKnobs } from './read-knobs'

/** Milliseconds between two saves of the knobs' positions. */
const KEEP_INTERVAL = 1000
/** Minimum time between two reports, in ms, because invalid messages may arrive in large numbers. */
const COMPLAINT_INTERVAL = 10_000
/**
 * How often the strings of one topic are remembered as untrusted, in ms. Shorter than the time for which they
 * are kept.
 */
const DISTRUST_INTERVAL = 5 * 60_000
const MOST_TOPICS = 1000

export = (RED: NodeAPI): void => {
  const say = sayings(RED)
  const { userDir } = RED.settings as { userDir?: string }
  addAdminRoutes(RED)

  registerNode(RED, spec, (node: Node, config: NodeDef & Record<string, unknown>) => {
    const show = statusOf(node)
    let settings: Values<typeof spec.settings>
    let knobs: Knob[]
    try {
      settings = readSettings(spec.settings, config)
      knobs = readKnobs(config.knobs ?? [])
    } catch (error) {
      const sentence = asSentence(error)
      show(failure(sentence))
      node.error(sentence.message)
      onInput(node, () => Promise.reject(sentence), show)
      return
    }
    const memory = memoryOf<Record<string, unknown>>(
      userDir,
      node.id,
      (sentence) => node.warn(sentence),
      () => 'Where the knobs of this node are',
    )
    const known = new Set(knobs.map(({ option }) => option))
    /** Option → value. Missing until its knob is moved. */
    const values = new Map(Object.entries(memory.read() ?? {}).filter(([option]) => known.has(option)))
    const keep = throttle(KEEP_INTERVAL, () => memory.write(Object.fromEntries(values)))
    const distrusted = new Map<string, number>()
    const again = createSendAgain(RED, node, 1000 / settings.rate, put)
    const gate = createGate(pass)
    let said = ''
    let saidAt = Number.NEGATIVE_INFINITY
    show({ fill: 'grey', shape: 'ring', text: say('listening') })
    const deafen = hear(settings as Source, userDir, { take: gate.take, tell })

    onInput(
      node,
      (msg: NodeMessage & { _query?: unknown }, send) => {
        // A query gets only one answer, so it isn't sent again.
        if (settings.again && msg._query === undefined) again.remember(msg)
        send(put(msg))
      },
      show,
    )

    node.on('close', (removed: boolean, done: () => void) => {
      deafen()
      gate.close()
      again.close()
      keep.cancel()
      show.cancel()
      memory.write(removed ? undefined : Object.fromEntries(values))
      node.status({})
      done()
    })

    function pass(heard: Heard): void {
      const { topic, value, midi } = heard
      if (!midi) distrust(heard)
      node.send([null, { topic, payload: value, ...(midi && { midi }) } as NodeMessage])
      const set = controlsOf(heard).flatMap(([control, sent]) =>
        knobs.flatMap((knob) => (knob.control === control ? turn(knob, sent) : [])),
      )
      if (set.length > 0) again.changed()
      const left = gate.leftOut > 0 ? [say('leftOut', { number: gate.leftOut })] : []
      const text = listed(say, [...(set.length > 0 ? set : [brief(topic, NARROW)]), ...left])
      show({ fill: 'green', shape: 'dot', text })
    }

    /**
     * Remembers a message's strings as untrusted, so that OSC senders can't name files on this computer. The
     * same address arrives repeatedly, so it is remembered only now and then.
     */
    function distrust({ topic, value }: Heard): void {
      const now = performance.now()
      const isPlain = typeof value === 'number' || typeof value === 'boolean'
      if (isPlain && now - (distrusted.get(topic) ?? Number.NEGATIVE_INFINITY) < DISTRUST_INTERVAL) return
      if (distrusted.size >= MOST_TOPICS) distrusted.clear()
      distrusted.set(topic, now)
      rememberStrings([topic, value])()
    }

    /** @returns the option and its value as text; nothing if it is invalid */
    function turn(knob: Knob, sent: unknown): string[] {
      try {
        const value = optionValue(knob, sent)
        values.set(knob.option, value)
        keep(undefined)
        return [`${knob.option} ${typeof value === 'number' ? Number(value.toPrecision(3)) : quoteValue(value)}`]
      } catch (error) {
        complain(asSentence(error))
        return []
      }
    }

    function tell(problem: Error | null): void {
      if (problem) complain(asSentence(problem))
      else if (said) show({ fill: 'grey', shape: 'ring', text: say('listening') })
      if (!problem) said = ''
    }

    /** Reports a continuing problem once, and changing problems only now and then. */
    function complain(sentence: Error): void {
      show(failure(sentence))
      const now = performance.now()
      if (said === sentence.message || now - saidAt < COMPLAINT_INTERVAL) return
      node.error(sentence.message, {} as NodeMessage)
      said = sentence.message
      saidAt = now
    }

    function put<M extends NodeMessage>(msg: M): M {
      for (const [option, value] of values) RED.util.setMessageProperty(msg, option, value, true)
      return msg
    }
  })
}
