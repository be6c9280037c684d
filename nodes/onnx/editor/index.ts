import './onnx.css'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { openDialog } from './dialog'

/** The edit dialog of a `daisychain-onnx` node. */
export const openOnnx = (node: EditorNode, form: Form): Dialog => {
  const { close, cancel } = openDialog(node, form)
  return { save: () => ({ ...close() }), cancel }
}
