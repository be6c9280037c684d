/**
 * Gives nodes from older flows the settings that have come since, so that their dialogs show what they do, not an
 * empty field. Nothing is marked as changed.
 */
export function addMissingSettings(): () => void {
  const add = (node: EditorNode) => {
    if (!node.type.startsWith('daisychain-')) return
    for (const [name, setting] of Object.entries(node._def?.defaults ?? {})) {
      const { value } = setting as { value?: unknown }
      if (node[name] === undefined && value !== undefined) node[name] = structuredClone(value)
    }
  }
  RED.events.on('nodes:add', add)
  return () => RED.events.off('nodes:add', add)
}
