interface Size {
  w: number
  h: number
}

const floors = new WeakMap<EditorNode, Size>()

/**
 * Keeps a node at least this large, in canvas pixels, whatever size the editor gives it. The editor lays out ports,
 * wires, group boxes and the selection by the node's `w` and `h`, so all of these follow. `null` removes the limit.
 */
export function keepSize(node: EditorNode, floor: Size | null): void {
  const before = floors.get(node)
  if (before?.w === floor?.w && before?.h === floor?.h) return
  if (floor) floors.set(node, floor)
  else floors.delete(node)
  if (!before) {
    limit(node, 'w')
    limit(node, 'h')
  }
  node.dirty = true
  // The status moves, as it is drawn below the node.
  node.dirtyStatus = true
}

function limit(node: EditorNode, side: keyof Size): void {
  // Undefined until the editor first lays the node out; until then the node keeps its saved position.
  let own: number | undefined = node[side]
  Object.defineProperty(node, side, {
    configurable: true,
    enumerable: true,
    get: () => (own === undefined ? undefined : Math.max(own, floors.get(node)?.[side] ?? 0)),
    set: (value: number | undefined) => {
      own = value
    },
  })
}
