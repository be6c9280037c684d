import { language } from '../../../src/editor/shell/words'
import { readableSize } from '../../../src/files/readable-size'

/** Bytes as people read them, in the user's language. */
export const sizeOf = (bytes: number): string => readableSize(bytes, language())
