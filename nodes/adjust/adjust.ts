import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { codec } from '../../src/images'
import { isEmpty, readSettings } from '../../src/settings'
import { type Image, isImage, isSegmentation, quoteValue, readValue, ValueError } from '../../src/types'
import { onInput } from '../shared/controls'
import { applyFileSettings } from '../shared/file-rules'
import { traced } from '../shared/last-results'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { type Adjustment, adjust, type Others, readAdjustment } from './apply'
import { node as spec } from './node'

export = (RED: NodeAPI): void => {
  applyFileSettings(RED)
  registerNode(RED, spec, (node: Node, config: NodeDef & Record<string, unknown>) => {
    // Invalid settings are reported per message, because messages can override settings.
    const { property, maskProperty, backgroundProperty, preview } = readSettings(spec.settings, config, () => {})
    const shown = createPreview(RED, node.id, preview)
    const get = (msg: NodeMessage, name: string) => RED.util.getMessageProperty(msg, name) as unknown

    onInput(node, async (msg, send) => {
      const settings = readAdjustment(config, readOverrides(get(msg, 'adjust')))
      const image = (await readValue({ type: 'image' }, get(msg, property), property, codec)) as Image
      const adjusted = await adjust(image, settings, await readOthers(settings, msg))
      const sent = { ...msg, payload: adjusted } as NodeMessage
      shown.show(adjusted, {}, traced(msg, sent))
      node.status({ fill: 'green', shape: 'dot', text: `${adjusted.width}×${adjusted.height}` })
      send(sent)
    })

    node.on('close', () => {
      shown.close()
      node.status({})
    })

    async function readOthers({ composite }: Adjustment, msg: NodeMessage): Promise<Others> {
      if (composite === 'none') return {}
      const behind = composite === 'cutout' ? undefined : get(msg, backgroundProperty)
      const background = isEmpty(behind)
        ? null
        : ((await readValue({ type: 'image' }, behind, backgroundProperty, codec)) as Image)
      if (composite === 'blend') {
        if (background) return { background }
        throw new ValueError(`there is no picture in msg.${backgroundProperty} to blend with`)
      }
      const mask = get(msg, maskProperty)
      if (isEmpty(mask)) throw new ValueError(`there is no mask in msg.${maskProperty}`)
      const isValue = isImage(mask) || isSegmentation(mask) || Array.isArray(mask)
      return { background, mask: isValue ? mask : await readValue({ type: 'image' }, mask, maskProperty, codec) }
    }
  })
}

function readOverrides(given: unknown): Record<string, unknown> {
  if (given === undefined || given === null) return {}
  if (typeof given === 'object' && !Array.isArray(given) && !ArrayBuffer.isView(given)) {
    const unknown = Object.keys(given).find((name) => name !== 'crop' && !Object.hasOwn(spec.settings, name))
    if (unknown === undefined) return { ...given }
    const names = [...Object.keys(spec.settings), 'crop'].filter((name) => name !== 'name').join(', ')
    throw new ValueError(`msg.adjust has ${quoteValue(unknown)}, which isn't a setting: use ${names}`)
  }
  throw new ValueError('msg.adjust must be an object with settings, such as {"width": 512}')
}
