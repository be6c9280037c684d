import { placeBeside } from '../../../src/editor/canvas/place-beside'
import type { Spot } from '../../../src/editor/shell/dropped-picture'
import { say } from '../../../src/editor/shell/words'
import { notifyOf, post } from '../../shared/editor/requests'

const TYPE = 'daisychain-images'
/** The space that an images node takes on the canvas, with its picture, status and button, in canvas pixels. */
const size = { w: 240, h: 200 }
/** From its right edge to the node after it. */
const gap = 30

/**
 * Puts an images node on the canvas that holds the files: where they were dropped, or as the input of the
 * node they fell on.
 */
export async function holdDropped(files: readonly File[], spot: Spot): Promise<void> {
  if (spot.node?.type === TYPE) return addTo(spot.node, files)
  const target = spot.node?.inputs ? spot.node : undefined
  const tab = RED.workspaces.active()
  const wanted = target ? { x: target.x - target.w / 2 - gap - size.w / 2, y: target.y } : spot
  const place = placeBeside(wanted, size, tab)
  const { node, historyEvent } = RED.view.createNode(TYPE, place.x, place.y, tab)
  const [first, ...more] = files
  Object.assign(node, { source: 'upload', name: more.length === 0 ? first?.name : '' })
  // Before the node exists: one that couldn't contain anything isn't added.
  if (!(await upload(node.id, files))) return
  const added = RED.nodes.add(node, { source: 'daisychain' })
  const links: EditorLink[] = target ? [{ source: added, sourcePort: 0, target }] : []
  for (const link of links) RED.nodes.addLink(link)
  RED.history.push({ ...historyEvent, links })
  finish(added)
}

/** Adds one to a node that sends uploads already, or will from now on. */
async function addTo(node: EditorNode, files: readonly File[]): Promise<void> {
  if (!(await upload(node.id, files))) return
  if (node.source === 'upload') return hint(node)
  const { source, changed } = node
  RED.history.push({ t: 'edit', node, changes: { source }, changed, dirty: RED.nodes.dirty() })
  Object.assign(node, { source: 'upload', changed: true, dirty: true })
  finish(node)
}

/** @returns whether all arrived */
async function upload(id: string, files: readonly File[]): Promise<boolean> {
  try {
    for (const file of files)
      await post(`${TYPE}/${encodeURIComponent(id)}/uploads?name=${encodeURIComponent(file.name)}`, file)
    return true
  } catch (error) {
    notifyOf(error)
    return false
  }
}

function finish(node: EditorNode): void {
  RED.editor.validateNode(node)
  RED.nodes.dirty(true)
  RED.view.redraw(true)
  RED.view.select({ nodes: [node] })
  hint(node)
}

function hint(node: EditorNode): void {
  const sentence = say('pictureHeld', { node: RED.utils.getNodeLabel(node) })
  RED.notify(RED.utils.sanitize(sentence), { type: 'success', timeout: 8000 })
}
