import { createTravels, type Travelling } from '../../../src/editor/shell/travels'
import type { Form } from './form'
import { post, reasonOf } from './requests'

/** Adds, under the setting `provenance`, what each file would contain for the current flow. */
export function addTravelsRow({ id }: EditorNode, form: Form): void {
  const { licences, details, tell, complain } = createTravels()
  form.addRow('provenance', {}, licences, details)
  form.follow(['provenance'], () => {
    details.hidden = !form.field('provenance').checked
  })
  const flow = RED.nodes.createCompleteNodeSet({ credentials: false })
  post('daisychain/provenance', { flow, id })
    .then((answer) => tell(answer as Travelling))
    .catch((error) => complain(reasonOf(error)))
}
