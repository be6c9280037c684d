import './paint.css'
import type { StoredDrawing } from '../../../src/drawing'
import { openPainter, type Painter } from './painter'

let open: Painter | null = null

/** What the paint node's edit dialog calls: there is one open at a time. */
export const painter = {
  open(node: EditorNode): void {
    open = openPainter(node)
  },
  /** Ends it. The settings that have changed. */
  close(): StoredDrawing {
    const settings = open?.close() ?? {}
    open = null
    return settings
  },
  resize(): void {
    open?.resize()
  },
}
