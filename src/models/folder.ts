import { resolve } from 'node:path'

/** Where this package keeps its models. Compiled, this file is `dist/src/models/folder.js`. */
export const modelsFolder = resolve(__dirname, '../../../models')
