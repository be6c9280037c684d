import type { Form } from '../../shared/editor/form'
import { addTravelsRow } from '../../shared/editor/travels-row'

/** What travels with each picture that is sent. */
export function openServeOut(node: EditorNode, form: Form): undefined {
  addTravelsRow(node, form)
}
