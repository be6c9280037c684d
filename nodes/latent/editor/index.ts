import './latent.css'
import { type Explorer, type ExplorerSettings, openExplorer } from './explorer'

let open: Explorer | null = null

/** What the latent node's edit dialog calls: there is one open at a time. */
export const explorer = {
  open(node: EditorNode): void {
    open = openExplorer(node)
  },
  /** Ends it. The settings that have changed. */
  close(): ExplorerSettings {
    const settings = open?.close() ?? {}
    open = null
    return settings
  },
}
