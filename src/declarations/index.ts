/**
 * The types that nodes accept and output: this package's nodes, well-known others, and nodes with their own
 * declarations.
 */
export { allDeclarations, builtInNodes, declaredBeside, mistakesBeside } from './all'
export { declarationsIn, declaredWrongly } from './in-node-red'
export { declarationOf } from './of-manifest'
export { others } from './others'
export { onlyRecords } from './package-json'
export { builtInSettings } from './settings'
