import { placeBeside } from '../../../src/editor/canvas/place-beside'
import { isSoundFile, type Spot } from '../../../src/editor/shell/dropped-picture'
import { say } from '../../../src/editor/shell/words'
import { notifyOf, post } from '../../shared/editor/requests'

/** The kind of node that is created for dropped files. */
interface Holder {
  type: string
  /** Whether files dropped on this node are added to it. */
  takes(node: EditorNode): boolean
  /** The node's settings, given the server's answer for each file. */
  settings(kept: readonly Kept[]): Record<string, unknown>
}

interface Kept {
  folder?: string
  path?: string
}

const IMAGES: Holder = {
  type: 'daisychain-images',
  takes: ({ type }) => type === 'daisychain-images',
  settings: () => ({ source: 'upload' }),
}
const AUDIO: Holder = {
  type: 'daisychain-audio',
  takes: ({ type, source }) => type === 'daisychain-audio' && source === 'file',
  settings: ([first, ...more]) => ({ source: 'file', path: more.length === 0 ? first?.path : first?.folder }),
}

/** The space on the canvas for such a node with its picture, status and button, in pixels. */
const size = { w: 240, h: 200 }
/** Distance from its right edge to the node after it. */
const gap = 30

/**
 * Creates nodes for dropped files, one for pictures and videos and one for sounds: at the place where they
 * were dropped, or as the input of the node under the pointer.
 */
export async function holdDropped(files: readonly File[], spot: Spot): Promise<void> {
  const sounds = files.filter(isSoundFile)
  const pictures = files.filter((file) => !isSoundFile(file))
  if (pictures.length > 0) await hold(IMAGES, pictures, spot)
  if (sounds.length > 0) await hold(AUDIO, sounds, spot)
}

async function hold(holder: Holder, files: readonly File[], spot: Spot): Promise<void> {
  if (spot.node && holder.takes(spot.node)) return addTo(holder, spot.node, files)
  const target = spot.node?.inputs ? spot.node : undefined
  const tab = RED.workspaces.active()
  const wanted = target ? { x: target.x - target.w / 2 - gap - size.w / 2, y: target.y } : spot
  const place = placeBeside(wanted, size, tab)
  const { node, historyEvent } = RED.view.createNode(holder.type, place.x, place.y, tab)
  const [first, ...more] = files
  // Uploaded before the node is added, because a failed upload must not leave an empty node.
  const kept = await upload(holder, node.id, files)
  if (!kept) return
  Object.assign(node, holder.settings(kept), { name: more.length === 0 ? first?.name : '' })
  const added = RED.nodes.add(node, { source: 'daisychain' })
  const links: EditorLink[] = target ? [{ source: added, sourcePort: 0, target }] : []
  for (const link of links) RED.nodes.addLink(link)
  RED.history.push({ ...historyEvent, links })
  finish(added)
}

/** Adds files to an existing node. If it didn't send uploads before, its settings change so that it does. */
async function addTo(holder: Holder, node: EditorNode, files: readonly File[]): Promise<void> {
  const kept = await upload(holder, node.id, files)
  if (!kept) return
  const settings = holder.settings(kept)
  const { changed } = node
  const before = Object.fromEntries(Object.keys(settings).map((name) => [name, node[name]]))
  if (Object.entries(settings).every(([name, value]) => before[name] === value)) return hint(node)
  RED.history.push({ t: 'edit', node, changes: before, changed, dirty: RED.nodes.dirty() })
  Object.assign(node, settings, { changed: true, dirty: true })
  finish(node)
}

/** @returns the server's answer for each file; null if an upload failed */
async function upload({ type }: Holder, id: string, files: readonly File[]): Promise<Kept[] | null> {
  try {
    const kept: Kept[] = []
    for (const file of files)
      kept.push(
        (await post(`${type}/${encodeURIComponent(id)}/uploads?name=${encodeURIComponent(file.name)}`, file)) as Kept,
      )
    return kept
  } catch (error) {
    notifyOf(error)
    return null
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
