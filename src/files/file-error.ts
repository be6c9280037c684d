/** Describes an error about a file, as the end of a sentence that starts with the file. */
export function sayFileError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return 'does not exist'
    case 'EACCES':
    case 'EPERM':
      return 'is not accessible to the user Node-RED runs as'
    case 'EBUSY':
      return 'is in use by another program'
    case 'ENOTDIR':
      return 'is not a folder'
    case 'EISDIR':
      return 'is a folder'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'cannot be written, because the disk is full'
    case 'EROFS':
      return 'cannot be written, because the disk is read-only'
    case 'ENAMETOOLONG':
      return 'has a name that is too long'
    case 'ELOOP':
      return 'is a link that leads back to itself'
    case 'EMFILE':
    case 'ENFILE':
      return 'cannot be opened, because too many files are open'
    default:
      return `cannot be used (${message})`
  }
}
