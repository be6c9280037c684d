/** What node types accept and output: this package's nodes, well-known other ones, and those that say so themselves. */
export { allDeclarations, builtInNodes, declaredBeside, mistakesBeside } from './all'
export { declarationsIn, declaredWrongly } from './in-node-red'
export { declarationOf } from './of-manifest'
export { others } from './others'
export { onlyRecords } from './package-json'
export { builtInSettings } from './settings'
