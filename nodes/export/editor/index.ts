import type { Form } from '../../shared/editor/form'
import { addTravelsRow } from '../../shared/editor/travels-row'

/**
 * The name of a file where its name is left out, and what travels with it. @param pictures the formats with one file
 * per picture
 */
export function openExport(node: EditorNode, form: Form, pictures: string): undefined {
  const isPicture = () => pictures.split(' ').includes(form.value('format'))
  form.follow(['format'], () => {
    form.field('file').placeholder = isPicture() ? '{name}' : 'export {date}'
  })
  addTravelsRow(node, form)
}
