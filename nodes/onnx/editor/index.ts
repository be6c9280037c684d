import './onnx.css'
import { type OnnxDialog, type OnnxSettings, openDialog } from './dialog'

let open: OnnxDialog | null = null

/** What the edit dialog of a `daisychain-onnx` node calls: there is one open at a time. */
export const onnx = {
  open(node: EditorNode): void {
    open = openDialog(node)
  },
  /** Ends it. The settings to keep, where they are to be kept. */
  close(keep: boolean): Partial<OnnxSettings> {
    const settings = keep ? (open?.close() ?? {}) : {}
    open = null
    return settings
  },
}
