import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red'
import { type Drawing, readDrawing, type StoredDrawing, segmentationOf } from '../../src/drawing'
import { isSegmentation, type Segmentation } from '../../src/types'
import { createPreview } from '../shared/preview'
import { listed, sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { speakPlainly } from '../shared/speak-plainly'
import { serveAdmin } from './admin'

type PaintConfig = NodeDef & StoredDrawing & { preview?: boolean }

export interface PaintNode extends Node {
  /** Sends the drawing that is deployed, or another one that somebody draws just now. */
  paint(drawing?: Drawing): void
  /** The last label map that came in: one to draw on. */
  arrived?: Segmentation
}

export = (RED: NodeAPI): void => {
  speakPlainly(RED)
  const say = sayings(RED)
  RED.nodes.registerType('daisychain-paint', function (this: PaintNode, config: PaintConfig) {
    RED.nodes.createNode(this, config)
    const preview = createPreview(RED, this.id, config.preview)
    let deployed: Segmentation | undefined
    try {
      deployed = segmentationOf(readDrawing(config))
      preview.show(deployed)
    } catch (error) {
      refuse(this, asSentence(error))
    }

    this.on('input', (msg: NodeMessageInFlow, send, done) => {
      if (isSegmentation(msg.payload)) this.arrived = msg.payload
      try {
        send({ ...msg, payload: show(this, deployed ?? segmentationOf(readDrawing(config))) })
        done()
      } catch (error) {
        const sentence = asSentence(error)
        refuse(this, sentence)
        done(sentence)
      }
    })

    this.paint = (drawing) => {
      if (drawing) this.send({ payload: show(this, segmentationOf(drawing)) })
      else this.receive({})
    }

    this.on('close', () => {
      preview.close()
      this.status({})
    })

    function show(node: Node, map: Segmentation): Segmentation {
      preview.show(map)
      const text = listed(say, [`${map.width}×${map.height}`, say('labels', { count: new Set(map.data).size })])
      node.status({ fill: 'green', shape: 'dot', text })
      return map
    }
  })
  serveAdmin(RED)
}

function refuse(node: Node, { message }: Error): void {
  node.status({ fill: 'red', shape: 'ring', text: message })
}
