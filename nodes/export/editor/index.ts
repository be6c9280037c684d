import type { Form } from '../../shared/editor/form'

/** What a file is called where its name is left out. @param pictures the formats that are a file a picture */
export function openExport(_node: EditorNode, form: Form, pictures: string): undefined {
  form.follow(['format'], () => {
    const isPicture = pictures.split(' ').includes(form.value('format'))
    form.field('file').placeholder = isPicture ? '{name}' : 'export {date}'
  })
}
