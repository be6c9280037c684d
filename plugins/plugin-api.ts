import type { NodeAPI } from 'node-red'
import type { Admin } from '../nodes/shared/admin-routes'

/** What the plugin uses of Node-RED's runtime; its published types lack plugins and some of the events. */
export interface PluginAPI extends Pick<NodeAPI, '_'>, Admin {
  plugins: {
    registerPlugin(id: string, plugin: { type: string; onadd(): void; onremove(): void }): void
  }
  events: {
    on(event: string, listener: (event: never) => void): void
    removeListener(event: string, listener: (event: never) => void): void
    emit(event: string, payload: unknown): void
  }
  comms: { publish(topic: string, data: unknown, retain: boolean): void }
  log: { info(line: string): void; warn(line: string): void; error(line: string): void }
  nodes: { eachNode(visit: (node: unknown) => void): void; getNode(id: string): unknown }
  settings: { userDir?: string; httpAdminRoot?: string | false }
  httpNode?: Admin['httpAdmin']
}
