import type { Form } from '../../shared/editor/form'
import { addTravelsRow } from '../../shared/editor/travels-row'

/**
 * Shows the default name of a file, and what each file would say about how it was made.
 * @param pictures the formats with one file per picture
 */
export function openExport(node: EditorNode, form: Form, pictures: string): undefined {
  const isPicture = () => pictures.split(' ').includes(form.value('format'))
  form.follow(['format'], () => {
    form.field('file').placeholder = isPicture() ? '{name}' : 'export {date}'
  })
  addTravelsRow(node, form)
}
