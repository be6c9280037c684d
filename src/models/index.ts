/** Reads models' manifests and runs the models. */

export { type Characteristics, characteristics, type LastRun } from './characteristics'
export type { Acquaintance } from './familiar'
export { modelsFolder } from './folder'
export { helpIn, optionIn } from './in-language'
export { labelNameIn } from './label-names'
export { loadManifest, loadManifests } from './load'
export {
  filesOf,
  isDownloadable,
  modelPath,
  modelStore,
  picturePaths,
  sessionOf,
  setUserDirectory,
  stepFile,
  userDirectory,
  variantFolder,
  variantId,
} from './locate'
export type {
  FeedSpec,
  FetchSpec,
  Manifest,
  Model,
  Port,
  Scaling,
  SizeSpec,
  TaskName,
  Variant,
  VariantFile,
} from './manifest'
export { type Missing, missingModel } from './missing'
export { type ModelWords, modelWords, variantWords } from './model-words'
export { optionFaults } from './option-faults'
export { phraseIn, TRANSLATED } from './phrases'
export {
  allInputPorts,
  defaultOf,
  findVariant,
  inputPorts,
  isMask,
  isOption,
  isSeed,
  isUnset,
  isWordList,
  outputPorts,
} from './ports'
export { readInput } from './read-input'
export { reasonCatalogue } from './reasons'
export { type ModelResult, type RunModelOptions, requireMemory, runModel } from './run'
export { hearsInFrames, isRecurrent, showsParts, speaksText, takesClicks, writesText } from './tasks'
export type { State } from './tasks/task'
export { fitUserFile, USER_FILE, userVariant } from './user-file'
export { loadUserNodes } from './user-nodes'
export type { ColorRange, UserFile } from './user-tensors'
export { settingOf, usualValue } from './usual-value'
export { validateManifest } from './validate'
export { warmUp } from './warm-up'
export { damageOf, isPresent, requireWeights } from './weights'
