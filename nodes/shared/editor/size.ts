import { language } from '../../../src/editor/shell/words'
import { readableSize } from '../../../src/files/readable-size'

/** A readable size in the user's language, from bytes. */
export const sizeOf = (bytes: number): string => readableSize(bytes, language())
