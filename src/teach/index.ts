/** Learning from a few examples: telling classes apart, or saying numbers. Pure; `learn-apart.ts` does it in a thread. */
export * from './book'
export { type FeatureKind, type Thing, thingOf } from './features'
export { readBook, writeBook } from './file'
export { learnApart } from './learn-apart'
export { learnClasses } from './learn-classes'
export { learnNumbers } from './learn-numbers'
export type { LearnedClasses, LearnedNumbers } from './lesson'
export { type Told, tellClass, tellNumbers } from './tell'
