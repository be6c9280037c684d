/** Encoded pictures in and out, and their size, by sharp: off the main thread. */
export { counts } from './counts'
export { codec, type DecodeOptions, decodeImage, MAX_PIXELS } from './decode'
export { type EncodedFormat, encodeDataURI, encodeImage } from './encode'
export { type Fit, resize, resizeLabels } from './resize'
export { thumbnail } from './thumbnail'
