import { type Migration, migrate } from '../../settings/migrate'

/**
 * Gives nodes from older flows their settings as this version has them: those of an older version are
 * migrated, and those that have come since are put in, so that dialogs show what the node does, not an empty
 * field. Nothing is marked as changed.
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
