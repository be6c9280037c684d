/**
 * Learns from a few examples to tell classes apart or to predict numbers. `learn-apart.ts` runs this in a
 * thread.
 */
export * from './book'
export { exportOnnx } from './export-onnx'
export {
  EXTRACTOR_LICENCE,
  EXTRACTORS,
  featuresOfPicture,
  featuresOfSound,
  PICTURE_SIDE,
  SOUND_RATE,
} from './extract'
export { type FeatureKind, kindInWords, type Thing, thingOf } from './features'
export { readBook, writeBook } from './file'
export { keptPath, readKept, readStored } from './kept'
export { learnApart } from './learn-apart'
export { learnClasses } from './learn-classes'
export { learnNumbers } from './learn-numbers'
export type { Learned, LearnedClasses, LearnedNumbers } from './lesson'
export { classLesson, NOTHING, numberLesson } from './lesson-of'
export { onnxOfClasses, onnxOfNumbers } from './onnx'
export { type Told, tellClass, tellNumbers } from './tell'
