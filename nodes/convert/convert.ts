import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { codec, encodeImage } from '../../src/images'
import {
  type ConverterTools,
  describeType,
  describeValue,
  type Image,
  type PortType,
  readValue,
  typeOf,
} from '../../src/types'
import { wantedSinceDeploy } from '../shared/deployed-flow'
import { obeyFileRules } from '../shared/file-rules'
import { createPreview } from '../shared/preview'
import { sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { speakPlainly } from '../shared/speak-plainly'
import { chooseConverter, converterNamed } from './choose'

interface ConvertConfig extends NodeDef {
  /** The id of a converter; `auto` or nothing: the one that makes what the next node wants. */
  converter?: string
  /** The message property that is converted. */
  property?: string
  [setting: string]: unknown
}

export = (RED: NodeAPI): void => {
  speakPlainly(RED)
  obeyFileRules(RED)
  const say = sayings(RED)

  RED.nodes.registerType('daisychain-convert', function (this: Node, config: ConvertConfig) {
    RED.nodes.createNode(this, config)
    const property = config.property || 'payload'
    const preview = createPreview(RED, this.id, config.preview)
    const wanted = wantedSinceDeploy(RED, this, property, isTyped)

    this.on('input', async (msg, send, done) => {
      try {
        const value = RED.util.getMessageProperty(msg, property) as unknown
        const made = await convert(value, msg)
        preview.show(made)
        const type = typeOf(made)
        const text = type ? describeType(type, say('language')) : describeValue(made)
        this.status({ fill: 'green', shape: 'dot', text })
        const sent = { ...msg }
        RED.util.setMessageProperty(sent, property, made, true)
        send(sent)
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

    async function convert(value: unknown, msg: NodeMessage): Promise<unknown> {
      const isChosen = config.converter && config.converter !== 'auto'
      const settings = isChosen ? config : chooseConverter(value, wanted(), property)
      if (!settings) return value
      const { wants, also = [], convert } = converterNamed(settings.converter as string)
      const other = also.find((type) => type.type === typeOf(value)?.type)
      const read = await readValue(other ?? wants, value, property, codec)
      const canvas = await readCanvas(settings.on, msg)
      return convert(read, settings, { ...tools, canvas })
    }

    /** The picture to draw on, where the settings name a property and the message has it. */
    async function readCanvas(on: unknown, msg: NodeMessage): Promise<Image | undefined> {
      const name = typeof on === 'string' ? on : ''
      const picture = name && name !== property ? (RED.util.getMessageProperty(msg, name) as unknown) : undefined
      if (picture === undefined || picture === null) return undefined
      return (await readValue({ type: 'image' }, picture, name, codec)) as Image
    }
  })
}

const tools: ConverterTools = { ...codec, encode: encodeImage }

function isTyped(type: PortType): type is PortType {
  return type.type !== 'any'
}
