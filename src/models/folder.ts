import { resolve } from 'node:path'

/**
 * The folder with the bundled models. The path is relative to the compiled file, `dist/src/models/folder.js`.
 */
export const modelsFolder = resolve(__dirname, '../../../models')
