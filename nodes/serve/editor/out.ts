import type { Form } from '../../shared/editor/form'
import { addTravelsRow } from '../../shared/editor/travels-row'

/** The dialog's preview of what each sent picture would say about how it was made. */
export function openServeOut(node: EditorNode, form: Form): undefined {
  addTravelsRow(node, form)
}
