import type { TensorInfo } from '../engine'
import type { Confidence } from './choice'
import { expectedRange } from './graph'
import { guessRange } from './guess-range'
import type { Guess, Looks } from './looks'
import { reason } from './reason'
import type { PictureShape } from './shapes'
import { weighRange } from './weigh-range'

/** The range and colour order in which a network needs its picture. */
export function proposeRange(input: TensorInfo, shape: PictureShape, looks: Looks): Guess {
  const { file } = looks
  const { metadata } = file
  const about = file.inputs.find(({ name }) => name === input.name)?.about ?? ''
  const order = /bgr/i.test(metadata['Image.BitmapPixelFormat'] ?? about) ? 'BGR' : 'RGB'
  const say = (
    range: Guess['range'],
    confidence: Confidence,
    why: string,
    channels: Guess['order'] = order,
  ): Guess => ({
    range,
    order: shape.channels === 3 ? channels : 'RGB',
    confidence,
    why,
  })
  if (input.dtype === 'uint8' || input.dtype === 'int32') return say('0..255', 'certain', reason`it takes bytes`)
  if (input.dtype === 'int8') return say('-128..127', 'likely', reason`it takes signed bytes`)
  const said = /(0_255|normalized_0_1|normalized_1_1)/i.exec(metadata['Image.NominalPixelRange'] ?? '')?.[1]
  if (said) {
    const range = said === '0_255' ? '0..255' : /0_1/.test(said) ? '0..1' : '-1..1'
    return say(range, 'certain', reason`the file says so (${metadata['Image.NominalPixelRange']})`)
  }
  const step = expectedRange(file, input.name)
  if (step) return say(step.range, 'likely', step.step)
  if (metadata.stride !== undefined && metadata.names !== undefined)
    return say('0..1', 'certain', reason`it was exported by Ultralytics, whose networks expect this range`)
  const isNaming = looks.outputs.every(({ shape: sides }) => sides.filter((side) => side !== 1).length <= 2)
  return weighRange(guessRange(input, shape, looks, say), file.filters.get(input.name) ?? null, isNaming)
}
