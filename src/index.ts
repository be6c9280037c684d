/**
 * What other packages of nodes need to work with Daisychain's: its values, its types and its wire checks. Nothing here
 * needs Node-RED, and the picture decoder is loaded when the first picture is read.
 */
import type { NodeDeclaration } from './flow'
import { mistakesInDeclarations } from './flow/mistakes'
import { codec } from './images'
import { type ImageCodec, type PortType, readValue as readWith, ValueError } from './types'

export type {
  ConfigReference,
  DeclarationCase,
  InputDeclaration,
  InputReference,
  NodeDeclaration,
  OutputDeclaration,
  TypeExpression,
  TypeTemplate,
} from './flow'
export type {
  AudioFields,
  Channels,
  Color,
  Converter,
  ImageCodec,
  ImageFields,
  Judgement,
  SegmentationFields,
  Verdict,
} from './types'
export { Audio, checkWire, describeType, Image, isAudio, isImage, isSegmentation, Segmentation, typeOf } from './types'
export type * from './types/port-type'
export { mistakesInDeclarations, ValueError }

/**
 * Reads what arrives at an input as the type it needs: liberal in form (an image may come as an `Image`, a Buffer, a
 * data URI or a path), strict in sense.
 *
 * @param name of the input, which starts the sentence of an error
 * @param decoder of pictures, in place of this package's own
 * @returns an `Image`, a `Segmentation`, an `Audio`, a list of numbers, or a plain value
 * @throws ValueError
 *
 * @example
 * const image = (await readValue({ type: 'image' }, msg.payload, 'msg.payload')) as Image
 */
export function readValue(
  type: PortType,
  value: unknown,
  name = 'The value',
  decoder: ImageCodec = codec,
): Promise<unknown> {
  return readWith(type, value, name, decoder)
}

/**
 * Declares what the nodes of a package accept and output, while Node-RED runs: for types that are known only at run
 * time. Declare others in package.json, which needs no code.
 *
 * @param RED that the package's plugin was given
 * @param id of a plugin that no other package uses, such as the package's name
 * @throws ValueError that says everything that is wrong with them
 *
 * @example
 * module.exports = (RED) => {
 *   const image = { type: 'image', format: 'png' }
 *   declareNodes(RED, 'sharpen-types', { sharpen: { inputs: { payload: { type: image } }, outputs: [{ payload: image }] } })
 * }
 */
export function declareNodes(RED: object, id: string, declarations: Record<string, NodeDeclaration>): void {
  const mistakes = mistakesInDeclarations(declarations)
  if (mistakes.length > 0) throw new ValueError(mistakes.join(' '))
  const { plugins } = RED as { plugins: { registerPlugin(id: string, plugin: object): void } }
  plugins.registerPlugin(id, { type: 'daisychain-declarations', declarations })
}
