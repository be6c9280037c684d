/** Understanding a model's file: what can be made of its tensors, and why. */

export { inspectApart, type Limits } from './apart'
export type { InputChoice, OutputChoice, Proposal, Question } from './choice'
export { type Inspection, type InspectOptions, inspectFile } from './inspect'
export { InspectError } from './inspect-error'
export { readLabelFile } from './label-files'
export { labelFault, readLabels } from './labels'
export { explainFile } from './load-error'
export { idOf, manifestOf, type OwnManifest, proposalOf } from './manifest-of'
