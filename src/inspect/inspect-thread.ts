/**
 * Reads model files and the files next to them on a thread of its own, because they come from anywhere and
 * may take any amount of time.
 */
import { serveThread, tell } from '../apart/program'
import { EngineError, type EngineErrorCode, type ModelInfo } from '../engine'
import { type InspectOptions, inspectHere } from './inspect'
import { readLabelFile } from './label-files'
import { explainFile } from './load-error'

serveThread((ask) => {
  /** Asks the engine to load models, because it knows which are allowed. */
  const load = (path: string) =>
    ask<ModelInfo>('load', path).catch((error: { name: string; code: EngineErrorCode; message: string }) => {
      throw error.name === 'EngineError' ? new EngineError(error.code, error.message) : error
    })
  return {
    inspect: (path: string, options: InspectOptions) => inspectHere(path, { load }, options),
    labels: readLabelFile,
    explain: (path: string, { code, message }: EngineError) => tell(explainFile(path, new EngineError(code, message))),
  }
})
