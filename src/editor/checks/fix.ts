import { between, type WireJudgement } from '../../flow'
import type { Converter } from '../../types'
import { type Point, placeBeside } from '../canvas/place-beside'
import { declarations } from './declarations'
import { freshModels } from './fresh-nodes'

/** A wire that exists or was refused. */
export interface Gap {
  source: EditorNode | SubflowPort
  sourcePort: number
  target: EditorNode | SubflowPort
}

/** The size of an inserted node, in canvas pixels. */
const size = { w: 140, h: 40 }

/** Removes a wire in one step that can be undone. */
export function removeWire(link: EditorLink): void {
  RED.history.push({ t: 'delete', links: [link], dirty: RED.nodes.dirty() })
  RED.nodes.removeLink(link)
  RED.nodes.dirty(true)
  RED.view.redraw(true)
}

/** Whether a wire may be removed here: not inside a subflow, which all its instances share, nor on a locked tab. */
export function canRemove({ source }: Gap): boolean {
  return !RED.nodes.subflow(source.z ?? '') && !RED.workspaces.isLocked(source.z)
}

/** Whether the converter's node can be inserted: it may be disabled in the palette, or the tab locked. */
export function canInsert({ source }: Gap, converter: Converter | null): converter is Converter {
  return converter !== null && Boolean(RED.nodes.getType(converter.type)) && !RED.workspaces.isLocked(source.z)
}

/**
 * The models that accept what the wire carries and output what is needed: one or two, or none if the tab is
 * locked.
 */
export function modelsFor({ source }: Gap, judgement: WireJudgement): string[] {
  return RED.workspaces.isLocked(source.z) ? [] : between(judgement, freshModels(), declarations).slice(0, 2)
}

/** Inserts a node between two others, replacing the wire if there is one, in one step that can be undone. */
export function insertBetween(gap: Gap, type: string, config: Record<string, unknown> = {}): void {
  const { source, sourcePort, target } = gap
  const place = freePlace(gap)
  const { node, historyEvent } = RED.view.createNode(type, place.x, place.y, source.z ?? '')
  Object.assign(node, config)
  const added = RED.nodes.add(node, { source: 'daisychain' })
  const links: EditorLink[] = [
    { source, sourcePort, target: added },
    { source: added, sourcePort: 0, target },
  ]
  const old = wireAt(gap)
  if (old) RED.nodes.removeLink(old)
  for (const link of links) RED.nodes.addLink(link)
  RED.history.push({ ...historyEvent, links, removedLinks: old ? [old] : [] })
  RED.editor.validateNode(added)
  RED.nodes.dirty(true)
  RED.view.redraw(true)
  RED.view.select({ nodes: [added] })
}

/** The editor's current wire between these ends; undefined if there is none. */
export function wireAt({ source, sourcePort, target }: Gap): EditorLink | undefined {
  return RED.nodes.filterLinks({ source: { id: source.id }, sourcePort, target: { id: target.id } })[0]
}

/** The middle of the wire, or the nearest place below it where no node is in the way. */
function freePlace({ source, target }: Gap): Point {
  const middle = {
    x: (source.x + (source.w ?? 0) / 2 + target.x - (target.w ?? 0) / 2) / 2,
    y: (source.y + target.y) / 2,
  }
  return placeBeside(middle, size, source.z ?? '')
}
