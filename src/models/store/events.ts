import { EventEmitter } from 'node:events'
import type { Model, Variant } from '../manifest'

/** The progress of a download. */
export interface Progress {
  /** `elsewhere`: another process is downloading the variant; `pausing`: waiting before the next attempt. */
  step: 'downloading' | 'checking' | 'pausing' | 'elsewhere'
  /** In bytes, for all files together. */
  received: number
  total: number
  /** While pausing: the reason, and the duration. */
  reason?: string
  seconds?: number
}

/** A change in a download of this process. */
export interface DownloadEvent {
  model: Model
  variant: Variant
  /** Null once the download has ended. */
  progress: Progress | null
  /** Why the download failed. Missing if it succeeded or is still running. */
  error?: Error
}

const emitter = new EventEmitter().setMaxListeners(0)

/**
 * Calls the listener for every change in every download of this process. Returns a function that removes the
 * listener.
 */
export function onDownload(listener: (event: DownloadEvent) => void): () => void {
  emitter.on('download', listener)
  return () => emitter.off('download', listener)
}

export function tellDownload(event: DownloadEvent): void {
  emitter.emit('download', event)
}
