import { basename } from 'node:path'
import { EngineError } from './error'

/** What to do about a run that took too long. */
export const RAISE_LIMIT =
  'If the model only needs longer here, raise the time limit in the settings of the engine; else choose a smaller variant.'

/** A time as people say it. */
export function seconds(ms: number): string {
  return ms < 120_000 ? `${ms / 1000} seconds` : `${Math.round(ms / 60_000)} minutes`
}

/** How a sentence calls a model: by its file, and whose it is. */
export function nameOf({ path, called }: { path: string; called?: string | undefined }): string {
  return called ? `${basename(path)} of ${called}` : basename(path)
}

/** @param rest milliseconds until it is tried again */
export function setAsideError(name: string, rest: number): EngineError {
  return new EngineError(
    'model-set-aside',
    `${name} is not run for now, because it crashed the inference process three times within minutes. It is tried again with the first message after ${seconds(Math.ceil(rest / 1000) * 1000)}; if that crashes too, replace the file, or choose another device or variant.`,
  )
}

export function startError(name: string, limit: number): EngineError {
  return new EngineError(
    'lane-died',
    `The inference process did not start within ${seconds(limit)}, so ${name} could not run. It is tried again with the next message; if that fails too, look whether this machine is out of memory.`,
  )
}

export function cutShortError(): EngineError {
  return new EngineError(
    'closed',
    'The run was cut short, because the flow was deployed again or Node-RED is ending; send the message again.',
  )
}

export function withdrawnError(): EngineError {
  return new EngineError('withdrawn', 'The run was taken back before it could start.')
}

export function closedError(): EngineError {
  return new EngineError(
    'closed',
    'The engine was closed before this run could start, because the flow was deployed again or Node-RED is ending.',
  )
}
