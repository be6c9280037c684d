import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { codec, encodeImage } from '../../src/images'
import { readSettings } from '../../src/settings'
import {
  type ConverterTools,
  describeValue,
  type Image,
  type ImageCodec,
  nameType,
  type PortType,
  readValue,
  typeOf,
} from '../../src/types'
import { onInput } from '../shared/controls'
import { isTakenBehind, wantedSinceDeploy } from '../shared/deployed-flow'
import { applyFileSettings } from '../shared/file-rules'
import { traced } from '../shared/last-results'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { sayings } from '../shared/say'
import { chooseConverter, converterNamed } from './choose'
import { node as spec } from './node'

interface ConvertConfig extends NodeDef {
  /** The id of a converter. `auto` or missing: the one for the next node's input. */
  converter?: string
  /** The message property to convert. */
  property?: string
  [setting: string]: unknown
}

export = (RED: NodeAPI): void => {
  applyFileSettings(RED)
  const say = sayings(RED)

  registerNode(RED, spec, (node: Node, config: ConvertConfig) => {
    const { property, preview: isShown } = readSettings(spec.settings, config, () => {})
    const preview = createPreview(RED, node.id, isShown)
    const wanted = wantedSinceDeploy(RED, node, property, isTyped)

    onInput(node, async (msg, send) => {
      const made = await convert(RED.util.getMessageProperty(msg, property), msg)
      if (made === undefined) return node.status({ fill: 'grey', shape: 'ring', text: say('nothingFound') })
      const isRead = isShown && typeof made === 'string'
      node.status({ fill: 'green', shape: 'dot', ...(!isRead && { text: described(made) }) })
      const sent = { ...msg }
      RED.util.setMessageProperty(sent, property, made, true)
      preview.show(made, {}, traced(msg, sent))
      send(sent)
    })

    node.on('close', () => {
      preview.close()
      node.status({})
    })

    function described(made: unknown): string {
      const type = typeOf(made)
      return type ? nameType(type, say('language')) : describeValue(made)
    }

    async function convert(value: unknown, msg: NodeMessage): Promise<unknown> {
      const isChosen = config.converter && config.converter !== 'auto'
      // Pictures are encoded if the next node takes bytes rather than pixels.
      const isFree = !isChosen && wanted() === null && isTakenBehind(RED, node, property)
      if (isFree) return value
      const settings = isChosen ? config : chooseConverter(value, wanted(), property)
      if (!settings) return value
      const { wants, also = [], readsIds, convert } = converterNamed(settings.converter as string)
      const kind = also.length > 0 ? typeOf(value)?.type : undefined
      const other = also.find(({ type }) => type === kind)
      const read = await readValue(other ?? wants, value, property, readsIds ? idsCodec : codec)
      const canvas = await readCanvas(settings.on, msg)
      return asBuffer(await convert(read, settings, { ...tools, canvas }))
    }

    /** The picture to draw on, if the settings name a property and the message contains a picture there. */
    async function readCanvas(on: unknown, msg: NodeMessage): Promise<Image | undefined> {
      const name = typeof on === 'string' ? on : ''
      const picture = name && name !== property ? (RED.util.getMessageProperty(msg, name) as unknown) : undefined
      if (picture === undefined || picture === null) return undefined
      return (await readValue({ type: 'image' }, picture, name, codec)) as Image
    }
  })
}

/** Node-RED's nodes accept bytes only as a Buffer. Other typed arrays would be sent as JSON. */
function asBuffer(made: unknown): unknown {
  return made instanceof Uint8Array && !Buffer.isBuffer(made)
    ? Buffer.from(made.buffer, made.byteOffset, made.length)
    : made
}

const idsCodec: ImageCodec = {
  ...codec,
  decode: (source, options) => codec.decode(source, { ...options, ids: true }),
}

const tools: ConverterTools = { ...codec, encode: encodeImage }

function isTyped(type: PortType): type is PortType {
  return type.type !== 'any'
}
