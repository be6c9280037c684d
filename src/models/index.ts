/** The models: what their manifests say, and running them. */
export { declarationOf } from './declaration'
export { loadManifest, loadManifests, modelsFolder } from './load'
export type { FeedSpec, FetchSpec, Manifest, Model, Port, SizeSpec, TaskName, Variant } from './manifest'
export { defaultOf, findVariant, inputPorts, isOption, outputPorts } from './ports'
export { freshSeed, normals, uniforms } from './random'
export { isPresent, type ModelResult, modelPath, runModel } from './run'
export { validateManifest } from './validate'
