import { type Migration, migrate } from '../../settings/migrate'

/**
 * Updates the settings of nodes from older flows: migrates old ones and adds the defaults of new ones, so
 * that dialogs show what the node does rather than empty fields. Doesn't mark anything as changed.
 */
export function addMissingSettings(): () => void {
  const add = (node: EditorNode) => {
    if (!node.type.startsWith('daisychain-')) return
    const { defaults = {}, daisychainMigrations } = node._def ?? {}
    const names = Object.keys(defaults)
    const stored = Object.fromEntries(names.map((name) => [name, node[name]]))
    const migrated = migrate(stored, daisychainMigrations as Migration[] | undefined)
    for (const name of names)
      node[name] = migrated[name] ?? structuredClone((defaults[name] as { value?: unknown }).value)
  }
  RED.events.on('nodes:add', add)
  return () => RED.events.off('nodes:add', add)
}
