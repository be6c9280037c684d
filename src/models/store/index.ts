/** Downloading, checking and removing the weights that do not come with the package. */
export { type DownloadEvent, onDownload } from './events'
export { cancelFetch, type FetchOptions, fetchVariant, type Progress, progressOf } from './fetch-variant'
export { type FileState, removeParts, removeStranger, removeVariant, strangers, verifyVariant } from './keep'
export { Cancelled, StoreError } from './store-error'
