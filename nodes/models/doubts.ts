import type { Node, NodeAPI, NodeMessage } from 'node-red'
import type { Acquaintance, Model, Variant } from '../../src/models'
import { sayings } from '../shared/say'

/**
 * Node id → the last message that its model didn't recognise or wasn't available for, to be rerun by another variant.
 */
const doubted = new Map<string, NodeMessage>()
/** Node id → the variant that the deployed node runs. */
const running = new Map<string, string | undefined>()
/** Node id → the variant that the node's kept message waits for, until the flow is deployed. */
const waiting = new Map<string, string>()
/** How many messages are kept; the oldest are discarded. */
const KEPT = 20
/** Tabs that have been warned since the last deploy. */
const told = new Set<string>()
const listened = new WeakSet<object>()
/** How many unknown words a warning lists. */
const NAMED = 5

export interface Doubts {
  /**
   * Called after each run.
   * @returns a few words for the node's status if the model didn't recognise all of its input
   */
  ran(variant: Variant, msg: NodeMessage, known: Acquaintance | undefined, isTextCut: boolean): string | undefined
  /** Called if a message could not be run because the variant isn't downloaded. */
  missing(variant: Variant, msg: NodeMessage): void
  close(removed: boolean): void
}

/**
 * Reports that a small model doesn't recognise a node's input, in the debug sidebar once per tab and deploy, and makes
 * all editors offer the variant that does. They also offer variants that aren't downloaded yet.
 */
export function createDoubts(RED: NodeAPI, node: Node, model: Model, chosen: string | undefined): Doubts {
  listen(RED)
  running.set(node.id, chosen || model.variants[0]?.id)
  const say = sayings(RED)
  const topic = `daisychain/unfamiliar/${node.id}`
  let isOffering = false
  let hasToldOfCut = false
  const offer = ({ id }: Variant, otherwise: string | undefined, msg: NodeMessage) => {
    keep(node.id, msg)
    if (isOffering || otherwise === undefined) return
    isOffering = true
    RED.comms.publish(topic, { model: model.id, variant: id, otherwise }, true)
  }
  return {
    ran(variant, msg, known, isTextCut) {
      if (isTextCut && !hasToldOfCut) {
        hasToldOfCut = true
        node.warn(say('textCutAbout', { model: model.label }))
      }
      if (!known || known.isFamiliar) return isTextCut ? say('textCut') : undefined
      const words = known.unknown.length > 0 ? namesOf(known.unknown) : undefined
      offer(variant, variant.knows?.otherwise, msg)
      if (node.z && !told.has(node.z)) {
        told.add(node.z)
        const { label } = model
        node.warn(words ? say('unknownWordsAbout', { model: label, words }) : say('unfamiliarAbout', { model: label }))
      }
      return words ? say('unknownWords', { words }) : say('unfamiliar')
    },
    missing(variant, msg) {
      offer(variant, variant.id, msg)
    },
    close(removed) {
      running.delete(node.id)
      if (removed) doubted.delete(node.id)
      if (isOffering) RED.comms.publish(topic, {}, false)
    },
  }
}

/**
 * Reruns the last message that a node's model didn't recognise, or wasn't available for: now, or as soon as a deploy
 * has given the node that variant.
 *
 * @returns whether there was one
 */
export function runAgain(RED: NodeAPI, id: string, variant: string): boolean {
  const msg = doubted.get(id)
  if (!msg) return false
  if (running.get(id) !== variant) waiting.set(id, variant)
  else {
    waiting.delete(id)
    RED.nodes.getNode(id)?.receive({ ...msg, _msgid: RED.util.generateId() })
  }
  return true
}

function keep(id: string, msg: NodeMessage): void {
  doubted.delete(id)
  doubted.set(id, msg)
  for (const oldest of doubted.keys()) if (doubted.size > KEPT) doubted.delete(oldest)
}

function namesOf(words: string[]): string {
  return words.length > NAMED ? `${words.slice(0, NAMED).join(', ')} …` : words.join(', ')
}

function listen(RED: NodeAPI): void {
  if (listened.has(RED.events)) return
  listened.add(RED.events)
  RED.events.on('flows:started', () => {
    told.clear()
    for (const [id, variant] of waiting) if (running.get(id) === variant) runAgain(RED, id, variant)
  })
}
