import type { Node, NodeAPI, NodeDef } from 'node-red'
import { credentialsOf, migrate, type NodeSpec, versionAfter, versionOf } from '../../src/settings'
import { sayings } from './say'
import { speakPlainly } from './speak-plainly'

/**
 * Registers a node type. `create` gets the settings from the flow file, migrated to the current version.
 * @param settings which of Node-RED's own settings are sent to the editor
 */
export function registerNode<N extends Node, C extends NodeDef>(
  RED: NodeAPI,
  { type, migrations, secrets }: Pick<NodeSpec, 'type' | 'migrations' | 'secrets'>,
  create: (node: N, config: C) => void,
  settings?: Record<string, { value: unknown; exportable: boolean }>,
): void {
  speakPlainly(RED)
  const say = sayings(RED)
  const construct = function (this: N, config: C) {
    replace(config, migrate(config, migrations))
    RED.nodes.createNode(this, config)
    if (versionOf(config) > versionAfter(migrations)) this.warn(say('newerVersion'))
    create(this, config)
  }
  RED.nodes.registerType(
    type,
    construct as never,
    {
      ...(secrets && { credentials: credentialsOf({ secrets }) }),
      ...(settings && { settings }),
    } as never,
  )
}

/**
 * Replaces the settings in place: Node-RED has cloned the object for this node and keeps hidden data in it.
 */
function replace(settings: object, by: object): void {
  for (const name of Object.keys(settings)) if (!(name in by)) delete (settings as Record<string, unknown>)[name]
  Object.assign(settings, by)
}
