/** Files and folders: which may be used, in which order, and what went wrong with them. Node only. */
export { allowedPath, type FileRules, requireInside } from './allowed'
export { atMost } from './at-most'
export { countFrames, ffmpegEnd, isVideoName, startFfmpeg, videoFrames } from './ffmpeg'
export { sayFileError } from './file-error'
export { type Glob, isGlob, readGlob } from './glob'
export { isPictureName, type Listing, listFiles } from './list-files'
export { naturalOrder } from './natural-order'
export { type Existing, writeWhole } from './write-whole'
