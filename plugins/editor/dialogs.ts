import { openAudio } from '../../nodes/audio/editor'
import { openCamera } from '../../nodes/camera/editor'
import { openConvert } from '../../nodes/convert/editor'
import { openCue } from '../../nodes/cue/editor'
import { openEngine } from '../../nodes/engine/editor'
import { openExport } from '../../nodes/export/editor'
import { openImages } from '../../nodes/images/editor'
import { openKnobs } from '../../nodes/knobs/editor'
import { openLatent } from '../../nodes/latent/editor'
import { openWeights } from '../../nodes/models/editor'
import { openOnnx } from '../../nodes/onnx/editor'
import { openPaint, sendDrawing } from '../../nodes/paint/editor'
import { openRemote } from '../../nodes/remote/editor'
import { openServe } from '../../nodes/serve/editor'
import { openServeOut } from '../../nodes/serve/editor/out'
import { createDialogs } from '../../nodes/shared/editor/dialogs'
import { openTeach } from '../../nodes/teach/editor'

/** The browser code of dialogs that are more than a form, by the names in the nodes' declarations. */
export const dialogs = createDialogs(
  {
    ...{
      audio: openAudio,
      camera: openCamera,
      convert: openConvert,
      cue: openCue,
      engine: openEngine,
      export: openExport,
      images: openImages,
      knobs: openKnobs,
      latent: openLatent,
    },
    ...{
      onnx: openOnnx,
      paint: openPaint,
      remote: openRemote,
      serve: openServe,
      serveOut: openServeOut,
      teach: openTeach,
      weights: openWeights,
    },
  },
  { paint: sendDrawing },
)
