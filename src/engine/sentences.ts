import { basename } from 'node:path'
import { EngineError } from './error'

/** What to do about a run that took too long. */
export const RAISE_LIMIT =
  'If the model only needs longer here, raise the time limit in the settings of the engine; else choose a smaller variant.'

/** A time as people say it. */
export function seconds(ms: number): string {
  return ms < 120_000 ? `${ms / 1000} seconds` : `${Math.round(ms / 60_000)} minutes`
}

export function setAsideError(path: string): EngineError {
  return new EngineError(
    'model-set-aside',
    `${basename(path)} is not run any more, because it ended the inference process three times in a row. Replace the file or choose another device, then deploy again.`,
  )
}

export function startError(path: string, limit: number): EngineError {
  return new EngineError(
    'lane-died',
    `The inference process did not start within ${seconds(limit)}, so ${basename(path)} could not run. It is tried again with the next message; if that fails too, look whether this machine is out of memory.`,
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
