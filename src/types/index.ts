/**
 * The type system: which values travel over wires, whether they fit, and how they are read. Runs in Node.js
 * and in browsers.
 */
export { adapt } from './adapt'
export { Audio, type AudioFields, isAudio, MAX_SAMPLES, refuseWrongSamples, secondsInWords } from './audio'
export { checkWire } from './check-wire'
export {
  type ConverterEntry,
  type ConverterTools,
  convertedType,
  converters,
  type Settings,
} from './converters'
export { describeType, nameType } from './describe'
export { describeValue } from './describe-value'
export { fitSound } from './fit-sound'
export { glimpseOf } from './glimpse-of'
export { fromHex, toHex } from './hex'
export { type Channels, Image, type ImageFields, isImage } from './image'
export type { DecodeAs, ImageCodec } from './image-codec'
export { inPieces, joinInPieces, othersTurn } from './in-pieces'
export { isString } from './is-string'
export type { Converter, Judgement, Verdict } from './judgement'
export { labelColor } from './label-colors'
export { colorsOf, labelsOf, matchLabels } from './labels'
export { languageNameIn } from './language-name'
export { describeLost } from './lost-pixels'
export { loudness } from './loudness'
export { MASK_TYPES } from './mask-types'
export { mergeTypes } from './merge-types'
export { frameLength, hasFrames } from './mp3-frame'
export { boxFault, refuseBoxInPixels, refuseBoxOutOfOrder, refuseUnseen } from './on-picture'
export { onWhite, onWhiteInPieces } from './on-white'
export { isNumeric, isTypeName, PARAMETERS, type Parameter, TYPE_NAMES } from './parameters'
export { WHERE_BYTES_GET_LOST } from './picture-as-text'
export { pictureFormat } from './picture-format'
export { pictureOrMap } from './picture-or-map'
export { isPixels, type Numbers, Pixels, type Place } from './pixels'
export { pngChunk } from './png-chunk'
export type * from './port-type'
export { type JsonBudget, jsonBudget, readJson, requireShortJson, withoutProto } from './read-json'
export { findPicture } from './read-picture'
export { readSeed } from './read-seed'
export { readValue } from './read-value'
export { refuseDamage } from './refuse-damage'
export { Replaced, replaceEach } from './replaced'
export { resample } from './resample'
export { isSoundName } from './rules/audio'
export { isBuffer } from './rules/image'
export { listView } from './rules/list-view'
export { parseNumber } from './rules/number'
export { readFromText } from './rules/text'
export {
  type Color,
  isSegmentation,
  Segmentation,
  type SegmentationFields,
  segmentationInPieces,
} from './segmentation'
export { colorize, remapLabels } from './segmentation-changes'
export { isProblem, severity } from './severity'
export { shownText, withoutUsers } from './shown-text'
export { mayHaveSound, soundFormat, soundMime } from './sound-format'
export { textList } from './text-list'
export { toBytes, toBytesInPieces } from './to-bytes'
export { typeOf } from './type-of'
export { asFlowFault, blameFlow, ValueError } from './value-error'
export { endOf, isOpenWav, readWav, readWavHeader, writeWav, writeWavInPieces, wrongSize } from './wav'
export { quoteValue } from './words'
