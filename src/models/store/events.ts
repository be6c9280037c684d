import { EventEmitter } from 'node:events'
import type { Model, Variant } from '../manifest'
import type { Progress } from './fetch-variant'

/** What happens to a download of this process. */
export interface DownloadEvent {
  model: Model
  variant: Variant
  /** Null: it has ended. */
  progress: Progress | null
  /** Why it ended without the files; missing if it succeeded or is still running. */
  error?: Error
}

const emitter = new EventEmitter().setMaxListeners(0)

/** Calls back at every step of every download of this process. Returns how to stop. */
export function onDownload(listener: (event: DownloadEvent) => void): () => void {
  emitter.on('download', listener)
  return () => emitter.off('download', listener)
}

export function tellDownload(event: DownloadEvent): void {
  emitter.emit('download', event)
}
