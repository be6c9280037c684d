import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { NodeAPI, NodeMessage } from 'node-red'
import { deployedFlow } from '../../nodes/shared/deployed-flow'
import { cloneQuickly } from '../../nodes/shared/quick-to-clone'
import { asSentence } from '../../nodes/shared/sentence'
import type { Want } from '../../src/flow'
import { describeLost, describeValue, pictureFormat, soundMime, ValueError } from '../../src/types'
import { describeLostIn, hasPicture, isPicture, pictureOrSound } from './pictures-in'
import { isWidget, type Message, mayWrite, type Receiver, type Surroundings, type Way, wayOf, widgetWant } from './ways'
import { mimeOf, textObject, writeInside, writeWhole } from './write'

type Node = Receiver & {
  _alias?: string
  /** Called by a node's `done`. */
  _complete(msg: Message, error: Error): void
  warn(sentence: string): void
}

interface Delivery {
  msg: Message
  destination: { id: string; node?: Node }
}
interface Sending {
  msg: Message
}
interface Hooks {
  add(name: string, listener: (event: never) => unknown): void
  remove(name: string): void
}

const label = `daisychainEncode${Math.random().toString(36).slice(2)}`

/**
 * Encodes the pictures that arrive at nodes which don't know pixels, as the declarations say. Otherwise they
 * would send, write or store a picture's summary. Each node gets its own message for that; if it passes the
 * message on, the original pictures are put back.
 * @returns how to undo it
 */
export function encodeOnTheWay(RED: NodeAPI): () => void {
  const { hooks } = RED as unknown as { hooks: Hooks }
  /**
   * The last message of each node that isn't processed yet: messages stay in the order in which they arrived.
   */
  const pending = new WeakMap<object, Promise<unknown>>()
  /** What was replaced in a message, and by what. */
  const replaced = new WeakMap<Message, { property: string; made: unknown; before: unknown }[]>()
  const files = new Map<Message, string[]>()
  /** Needed for every message, so it is computed once per node. */
  const wants = new WeakMap<object, Map<string, readonly Want[]>>()
  const surroundings: Surroundings = {
    coreNodesDir: (RED.settings as { coreNodesDir?: string }).coreNodesDir,
    evaluate(value, kind, node, msg) {
      try {
        const evaluate = RED.util.evaluateNodeProperty as (...args: unknown[]) => unknown
        // JSONata takes too long for a file's name.
        return kind === 'jsonata' ? undefined : evaluate(value, kind, node, msg)
      } catch {
        return undefined
      }
    },
  }

  hooks.add(`preDeliver.${label}`, (event: Delivery) => {
    const { node } = event.destination
    // The message may still be used by the sender, or be on its way to other nodes.
    if (node && waysWithPictures(node, event.msg).length > 0) event.msg = { ...event.msg }
  })

  hooks.add(`onReceive.${label}`, ({ msg, destination: { node } }: Delivery) => {
    if (!node) return undefined
    const ways = waysWithPictures(node, msg)
    const before = pending.get(node)
    announceEncoded(node, msg)
    if (ways.length === 0 && !before) {
      tellOfLost(node, msg)
      return undefined
    }
    const encoded = Promise.all(ways.map((way) => encode(node, msg, way)))
    const turn = Promise.all([encoded, before]).then(
      () => undefined,
      (error: unknown) => {
        node._complete(msg, asSentence(error))
        return false
      },
    )
    pending.set(node, turn)
    void turn.then(() => pending.get(node) === turn && pending.delete(node))
    return turn
  })

  hooks.add(`onSend.${label}`, (events: Sending[]) => {
    for (const event of events) {
      const changes = replaced.get(event.msg)?.filter(({ property, made }) => event.msg[property] === made)
      if (!changes?.length) continue
      event.msg = { ...event.msg, ...Object.fromEntries(changes.map(({ property, before }) => [property, before])) }
    }
  })

  hooks.add(`onComplete.${label}`, ({ msg }: { msg?: Message }) => {
    const folders = msg && files.get(msg)
    if (!folders) return
    files.delete(msg)
    for (const folder of folders) void rm(folder, { recursive: true, force: true })
  })

  const clean = () => {
    for (const folder of [...files.values()].flat()) rmSync(folder, { recursive: true, force: true })
    files.clear()
  }
  process.once('exit', clean)
  return () => {
    hooks.remove(`*.${label}`)
    process.off('exit', clean)
    clean()
  }

  function wantsOf(node: Node): readonly Want[] {
    const id = node._alias ?? node.id
    try {
      const { checker, declarations } = deployedFlow(RED)
      const known = wants.get(checker) ?? new Map<string, readonly Want[]>()
      wants.set(checker, known)
      const isUnknownWidget = isWidget(node.type) && !declarations.has(node.type)
      const found = known.get(id) ?? (isUnknownWidget ? [widgetWant] : checker.wants(id).filter(mayWrite))
      known.set(id, found)
      return found
    } catch {
      return [] // there are no flows yet
    }
  }

  function waysOf(node: Node, msg: Message): Way[] {
    return wantsOf(node).flatMap((want) => wayOf(node, want, msg, surroundings) ?? [])
  }

  function waysWithPictures(node: Node, msg: Message): Way[] {
    return waysOf(node, msg).filter((way) => propertiesOf(way, msg).some((name) => isToWrite(way, get(msg, name))))
  }

  function propertiesOf({ property }: Way, msg: Message): string[] {
    if (property !== null) return [property]
    return Object.keys(msg).filter((name) => name !== 'req' && name !== 'res' && !name.startsWith('_'))
  }

  function get(msg: Message, property: string): unknown {
    if (Object.hasOwn(msg, property)) return msg[property]
    try {
      return RED.util.getMessageProperty(msg, property) as unknown
    } catch {
      return undefined
    }
  }

  function set(msg: Message, property: string, value: unknown): void {
    if (Object.hasOwn(msg, property)) {
      msg[property] = value
      return
    }
    // Other messages may share the object that has the property.
    const [top] = RED.util.normalisePropertyExpression(property) as unknown as [string]
    msg[top] = cloneQuickly((one) => RED.util.cloneMessage(one), msg[top] as NodeMessage)
    RED.util.setMessageProperty(msg, property, value)
  }

  async function encode(node: Node, msg: Message, way: Way): Promise<void> {
    for (const property of propertiesOf(way, msg)) {
      const before = get(msg, property)
      if (!isToWrite(way, before)) continue
      const made = await written(node, msg, way, property, before)
      set(msg, property, made)
      if (Object.hasOwn(msg, property)) replaced.set(msg, [...(replaced.get(msg) ?? []), { property, made, before }])
    }
  }

  async function written(node: Node, msg: Message, way: Way, property: string, value: unknown): Promise<unknown> {
    if (typeof value === 'string') return textObject(value)
    const picture = pictureOrSound(value)
    if (!picture) return writeInside(value, way)
    if (way.whole === 'never') {
      const able =
        way.inside === 'kept' ? 'text, numbers, lists and records' : 'text, numbers, and lists and records of them'
      throw new ValueError(
        `msg.${property} is ${describeValue(value)}, and a node of the type "${node.type}" can only handle ${able}`,
        'flow',
      )
    }
    const folders: string[] = []
    const made = await writeWhole(picture, way, folders)
    if (folders.length > 0) files.set(msg, [...(files.get(msg) ?? []), ...folders])
    if (way.whole === 'bytes') way.announce?.(mimeOf(picture, way.formats))
    return made
  }

  /**
   * Announces the type of bytes that are a picture or sound according to the flow's wires: nothing else tells
   * the receiver.
   */
  function announceEncoded(node: Node, msg: Message): void {
    for (const { property, announce } of waysOf(node, msg)) {
      if (property === null || !announce) continue
      const value = get(msg, property)
      if (!Buffer.isBuffer(value)) continue
      const sound = soundMime(value)
      const format = pictureFormat(value)
      const mime = sound ?? (format && format !== 'buffer' ? `image/${format}` : null)
      if (!mime) continue
      const types = deployedFlow(RED).checker.mayArrive(node._alias ?? node.id, property)
      if (types.some(({ type }) => type === (sound ? 'audio' : 'image'))) announce(mime)
    }
  }

  /**
   * Reports pictures that came back without their pixels from a context store, a file or a server, instead of
   * silently sending them on.
   */
  function tellOfLost(node: Node, msg: Message): void {
    for (const way of waysOf(node, msg)) {
      for (const property of propertiesOf(way, msg)) {
        const value = get(msg, property)
        const lost = describeLostIn(value)
        if (lost) node.warn(`msg.${property} ${describeLost(value) ? 'is' : 'contains'} ${lost}.`)
      }
    }
  }
}

/** A `json` node would take a data URI for broken JSON, and a `yaml` node for YAML. */
function isToWrite(way: Way, value: unknown): boolean {
  if (way.whole === 'json' && typeof value === 'string') return /^data:(image|audio)\//i.test(value)
  return way.inside === 'kept' ? isPicture(value) : hasPicture(value)
}
