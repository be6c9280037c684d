import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { offerGrpc } from '../../shared/editor/offer-grpc'

/** Where models run. Servers of gRPC need a package of their own. */
export function openEngine(_node: EditorNode, form: Form): Dialog | undefined {
  offerGrpc(form, 'server', (addresses) => /\bgrpcs?:\/\//i.test(addresses))
  return undefined
}
