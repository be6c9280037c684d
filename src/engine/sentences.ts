import { basename } from 'node:path'
import { EngineError } from './error'

/** Advice for a run that took too long. */
export const RAISE_LIMIT =
  "If the model is just slow on this computer, raise the time limit in the engine's settings; otherwise choose a smaller variant."

/** A duration for people. */
export function seconds(ms: number): string {
  return ms < 120_000 ? `${ms / 1000} seconds` : `${Math.round(ms / 60_000)} minutes`
}

/** A model's name in sentences: its file and its owner. */
export function nameOf({ path, called }: { path: string; called?: string | undefined }): string {
  return called ? `${basename(path)} of ${called}` : basename(path)
}

/** @param rest milliseconds until the next attempt */
export function setAsideError(name: string, rest: number): EngineError {
  return new EngineError(
    'model-set-aside',
    `${name} is paused, because it crashed the inference process three times within minutes. It is tried again with the first message after ${seconds(Math.ceil(rest / 1000) * 1000)}; if that crashes too, replace the file, or choose another device or variant.`,
  )
}

export function startError(name: string, limit: number): EngineError {
  return new EngineError(
    'lane-died',
    `The inference process did not start within ${seconds(limit)}, so ${name} could not run. The next message tries again; if that fails too, check whether this computer is out of memory.`,
  )
}

export function cutShortError(): EngineError {
  return new EngineError(
    'closed',
    'The run was interrupted, because the flow was redeployed or Node-RED is shutting down; send the message again.',
  )
}

export function withdrawnError(): EngineError {
  return new EngineError('withdrawn', 'The run was cancelled before it started.')
}

export function closedError(): EngineError {
  return new EngineError(
    'closed',
    'The engine was closed before this run could start, because the flow was redeployed or Node-RED is shutting down.',
  )
}
