import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { offerGrpc } from '../../shared/editor/offer-grpc'

/** Where models run. Servers of gRPC need their own package. */
export function openEngine(_node: EditorNode, form: Form): Dialog | undefined {
  offerGrpc(form, 'server', (addresses) => /\bgrpcs?:\/\//i.test(addresses))
  return undefined
}
