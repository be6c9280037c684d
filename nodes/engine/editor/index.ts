import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { offerGrpc } from '../../shared/editor/offer-grpc'

/** The dialog of an engine. gRPC servers need a separate package. */
export function openEngine(_node: EditorNode, form: Form): Dialog | undefined {
  offerGrpc(form, 'server', (addresses) => /\bgrpcs?:\/\//i.test(addresses))
  return undefined
}
