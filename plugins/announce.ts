import { keyOf, sayings } from '../nodes/shared/say'
import type { Problem } from '../src/flow'
import type { PluginAPI } from './plugin-api'

const TOPIC = 'daisychain/problems'
const NOTICE = 'daisychain'
const NOTICE_TIME = 10_000

/** The nodes that show a status of ours, and how to stop listening for theirs. */
const marked = new Set<string>()
let listening: ((event: { id: string; status: unknown }) => void) | null = null

/**
 * Reports what is wrong with the running flows: one line each in the log, a notice in every editor, the whole
 * list for editors that connect later, and a red ring on the receiving nodes until they have a status of
 * their own.
 */
export function announce(red: PluginAPI, problems: readonly Problem[]): void {
  for (const { message } of problems) red.log.warn(`[daisychain] ${message}`)
  red.comms.publish(TOPIC, { problems }, true)
  notify(red, problems.length)
  mark(red, problems)
}

/** Withdraws all notices when the package is removed. */
export function withdraw(red: PluginAPI): void {
  announce(red, [])
  if (listening) red.events.removeListener('node-status', listening)
  listening = null
}

/**
 * The editor shows the text as HTML, so it contains no names. Until it has a catalogue, it uses the server's
 * words.
 */
function notify(red: PluginAPI, count: number): void {
  const words = { text: keyOf('wrongWires'), count, defaultValue: sayings(red)('wrongWires', { count }) }
  const payload = count === 0 ? {} : { type: 'warning', timeout: NOTICE_TIME, ...words }
  red.events.emit('runtime-event', { id: NOTICE, payload, retain: false })
}

function mark(red: PluginAPI, problems: readonly Problem[]): void {
  if (!listening) {
    listening = ({ id, status }) => {
      if (!isOurs(status)) marked.delete(id)
    }
    red.events.on('node-status', listening)
  }
  const wrong = new Map(problems.map(({ to, property }) => [to.id, property]))
  for (const id of marked) {
    if (wrong.has(id)) continue
    marked.delete(id)
    red.events.emit('node-status', { id, status: {} })
  }
  for (const [id, property] of wrong) {
    if (!red.nodes.getNode(id)) continue // inside a subflow: its instances have their own ids
    marked.add(id)
    red.events.emit('node-status', {
      id,
      status: new WireStatus(sayings(red)('wrongType', { property: `msg.${property.slice(0, 40)}` })),
    })
  }
}

/** A status set by the plugin, not by the node itself. */
class WireStatus {
  readonly fill = 'red'
  readonly shape = 'ring'
  constructor(readonly text: string) {}
}

function isOurs(status: unknown): boolean {
  return status instanceof WireStatus
}
