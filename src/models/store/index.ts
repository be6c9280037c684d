/** Downloads, verifies and removes weights that aren't bundled with the package. */
export { type DownloadEvent, onDownload, type Progress } from './events'
export { cancelFetch, type FetchOptions, fetchVariant, progressOf } from './fetch-variant'
export { type FileState, removeParts, removeStranger, removeVariant, strangers, verifyVariant } from './keep'
export { Cancelled, StoreError } from './store-error'
