/** Encoded pictures in and out, their size, geometry and colours, by sharp: off the main thread. */

export { codec, type ReadingRules, setReadingRules } from './codec'
export { blur, type ColorChange, greyscale, recolor } from './colors'
export { type BlendMode, blend, blendModes, cutOut, invertMask } from './composite'
export { counts } from './counts'
export { type DecodeOptions, decodeImage, MAX_PIXELS } from './decode'
export { type EncodedFormat, encodeDataURI, encodeImage } from './encode'
export { type Box, crop, flip, rotate } from './geometry'
export { readMask } from './mask'
export { type Fit, type Kernel, resize, resizeLabels } from './resize'
export { beginsLikePicture } from './signature'
export { thumbnail } from './thumbnail'
