/** What a running node publishes about itself. */
interface Taught {
  classes?: unknown
}

const TOPIC = 'daisychain/teach/'

type Listener = (id: string) => void
const listeners = new Set<Listener>()

/** Calls `listener` when a node has learned something. @returns a function that stops it */
export function onTaught(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Copies the classes that running nodes publish to the nodes in the editor, so that their wires are checked
 * at once.
 * @returns a function that stops it
 */
export function adoptClasses(): () => void {
  // The runtime publishes the last state before the editor has loaded the flows.
  const known = new Map<string, readonly string[]>()
  const receive = (topic: string, data: unknown) => {
    const id = topic.slice(TOPIC.length)
    const { classes } = (data ?? {}) as Taught
    if (Array.isArray(classes) && classes.every((name) => typeof name === 'string')) known.set(id, classes)
    adopt(id)
    for (const listener of listeners) listener(id)
  }
  const adoptAll = () => {
    for (const id of known.keys()) adopt(id)
  }

  function adopt(id: string): void {
    const node = RED.nodes.node(id)
    const classes = known.get(id)
    if (!node || !classes || node.type !== 'daisychain-teach') return
    if (JSON.stringify(node.classes ?? []) === JSON.stringify(classes)) return
    node.classes = [...classes]
    node.changed = true
    node.dirty = true
    RED.nodes.dirty(true)
    RED.events.emit('nodes:change', node)
    RED.view.redraw()
  }

  RED.comms.subscribe(`${TOPIC}#`, receive)
  RED.events.on('flows:loaded', adoptAll)
  return () => {
    RED.comms.unsubscribe(`${TOPIC}#`, receive)
    RED.events.off('flows:loaded', adoptAll)
  }
}
