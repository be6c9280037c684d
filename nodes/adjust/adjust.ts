import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { codec } from '../../src/images'
import { type Image, isImage, isSegmentation, readValue, ValueError } from '../../src/types'
import { obeyFileRules } from '../shared/file-rules'
import { createPreview } from '../shared/preview'
import { asSentence } from '../shared/sentence'
import { adjust, type Others } from './apply'
import { type Adjustment, readAdjustment } from './settings'

interface AdjustConfig extends NodeDef {
  property?: string
  maskProperty?: string
  backgroundProperty?: string
  [setting: string]: unknown
}

export = (RED: NodeAPI): void => {
  obeyFileRules(RED)
  RED.nodes.registerType('daisychain-adjust', function (this: Node, config: AdjustConfig) {
    RED.nodes.createNode(this, config)
    const preview = createPreview(RED, this.id, config.preview)
    const get = (msg: NodeMessage, name: string) => RED.util.getMessageProperty(msg, name) as unknown

    this.on('input', async (msg, send, done) => {
      try {
        const settings = readAdjustment({ ...config, ...readOverrides(get(msg, 'adjust')) })
        const property = config.property || 'payload'
        const image = (await readValue({ type: 'image' }, get(msg, property), property, codec)) as Image
        const adjusted = await adjust(image, settings, await readOthers(settings, config, msg))
        preview.show(adjusted)
        this.status({ fill: 'green', shape: 'dot', text: `${adjusted.width}×${adjusted.height}` })
        send({ ...msg, payload: adjusted })
        done()
      } catch (error) {
        const sentence = asSentence(error)
        this.status({ fill: 'red', shape: 'ring', text: sentence.message })
        done(sentence)
      }
    })

    this.on('close', () => {
      preview.close()
      this.status({})
    })

    async function readOthers({ composite }: Adjustment, config: AdjustConfig, msg: NodeMessage): Promise<Others> {
      if (composite === 'none') return {}
      const backgroundProperty = config.backgroundProperty || 'background'
      const behind = composite === 'cutout' ? undefined : get(msg, backgroundProperty)
      const background = isPresent(behind)
        ? ((await readValue({ type: 'image' }, behind, backgroundProperty, codec)) as Image)
        : null
      if (composite === 'blend') {
        if (background) return { background }
        throw new ValueError(`there is no picture in msg.${backgroundProperty} to blend with`)
      }
      const maskProperty = config.maskProperty || 'mask'
      const mask = get(msg, maskProperty)
      if (!isPresent(mask)) throw new ValueError(`there is no mask in msg.${maskProperty}`)
      const isValue = isImage(mask) || isSegmentation(mask) || Array.isArray(mask)
      return { background, mask: isValue ? mask : await readValue({ type: 'image' }, mask, maskProperty, codec) }
    }
  })
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function readOverrides(given: unknown): Record<string, unknown> {
  if (given === undefined || given === null) return {}
  if (typeof given === 'object' && !Array.isArray(given)) return given as Record<string, unknown>
  throw new ValueError('msg.adjust has to be an object of settings, such as {"width": 512}')
}
