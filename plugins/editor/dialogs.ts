import { openWeights } from '../../nodes/models/editor'
import { openOnnx } from '../../nodes/onnx/editor'
import { createDialogs } from '../../nodes/shared/editor/dialogs'

/** The browser code of the dialogs that are more than a form, as the nodes' declarations call them. */
export const dialogs = createDialogs({ weights: openWeights, onnx: openOnnx }, {})
