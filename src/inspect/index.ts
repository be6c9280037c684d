/** Interprets a model's file: what its tensors can be used for, and why. */

export { explainFile, inspectFile, readLabelFile } from './apart'
export type { InputChoice, OutputChoice, Proposal, Question } from './choice'
export { pathOfSample, sampleValue } from './experiment/samples'
export type { Inspection, InspectOptions } from './inspect'
export { InspectError } from './inspect-error'
export { labelFault, readLabels } from './labels'
export { manifestOf, proposalOf, type UserManifest } from './manifest-of'
export { LIMITS, type Limits, proposeFile } from './propose-file'
