import type { NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from 'node-red'
import { readDrawing, type StoredDrawing, segmentationOf } from '../../src/drawing'
import { isSegmentation, type Segmentation } from '../../src/types'
import { failure, onInput } from '../shared/controls'
import { traced } from '../shared/last-results'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { listed, sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { addAdminRoutes, type PaintNode } from './admin'
import { node as spec } from './node'

type PaintConfig = NodeDef & StoredDrawing & { preview?: boolean }

export = (RED: NodeAPI): void => {
  const say = sayings(RED)
  registerNode(RED, spec, (node: PaintNode, config: PaintConfig) => {
    const preview = createPreview(RED, node.id, config.preview)
    let deployed: Segmentation | undefined
    try {
      deployed = segmentationOf(readDrawing(config))
      preview.show(deployed)
    } catch (error) {
      node.status(failure(asSentence(error)))
    }

    onInput(node, (msg: NodeMessageInFlow, send) => {
      if (isSegmentation(msg.payload)) node.arrived = msg.payload
      send(show(deployed ?? segmentationOf(readDrawing(config)), msg))
    })

    node.paint = (drawing) => {
      if (drawing) node.send(show(segmentationOf(drawing), null))
      else node.receive({})
    }

    node.on('close', () => {
      preview.close()
      node.status({})
    })

    /**
     * @param msg the message received; null if there was none, and the drawing comes from the dialog
     * @returns the message to send
     */
    function show(map: Segmentation, msg: NodeMessage | null): NodeMessage {
      const sent = { ...msg, payload: map } as NodeMessage
      preview.show(map, {}, traced(msg, sent))
      const count = map.pixels.shown.filter(Boolean).length
      const text = listed(say, [`${map.width}×${map.height}`, say('labels', { count })])
      node.status({ fill: 'green', shape: 'dot', text })
      return sent
    }
  })
  addAdminRoutes(RED)
}
