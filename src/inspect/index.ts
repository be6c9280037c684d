/** Understanding a model's file: what can be made of its tensors, and why. */

export { explainFile, inspectFile, readLabelFile } from './apart'
export type { InputChoice, OutputChoice, Proposal } from './choice'
export type { Inspection, InspectOptions } from './inspect'
export { InspectError } from './inspect-error'
export { labelFault, readLabels } from './labels'
export { idOf, manifestOf, type OwnManifest, proposalOf } from './manifest-of'
