import { type Stats, statSync } from 'node:fs'
import { sayFileError, shownPath } from '../files'
import { InspectError } from './inspect-error'

/**
 * The file or folder at a path, following links; undefined if there is none.
 * @throws InspectError if the system can't tell
 */
export function statIn(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new InspectError(`${shownPath(path)} ${sayFileError(error)}. Check the path.`)
  }
}
