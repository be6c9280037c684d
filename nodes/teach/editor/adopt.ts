/** What a running node says about itself. */
interface Taught {
  classes?: unknown
}

const TOPIC = 'daisychain/teach/'

type Listener = (id: string) => void
const listeners = new Set<Listener>()

/** Calls back when a node has learned something. Returns how to stop. */
export function onTaught(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Keeps the classes of the nodes in the editor in step with what they are taught, so that their wires are
 * checked for them at once. Returns how to stop.
 */
export function adoptClasses(): () => void {
  // The last words come before the flows do.
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
