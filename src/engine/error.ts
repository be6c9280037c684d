export type EngineErrorCode =
  | 'runtime-missing' // onnxruntime-node is not installed or cannot be loaded here
  | 'model-missing' // no such file
  | 'model-broken' // not an ONNX model, damaged, or not runnable
  | 'model-set-aside' // ended the lane too often
  | 'feed' // an input of the wrong name, shape or type, or an unknown output
  | 'device' // the asked device cannot run it and strict forbids another
  | 'memory' // does not fit the memory limit
  | 'time-limit' // the run took longer than the time limit
  | 'lane-died' // the inference process ended during the run
  | 'forgotten' // the lane no longer has what an earlier run left in it
  | 'closed' // the engine was closed
  | 'withdrawn' // the caller took it back while it waited
  | 'server' // an inference server does not answer, or refuses
  | 'server-away' // one that others can stand in for; callers of the engine do not see this one
  | 'run' // the native library refused the run

/** An error whose message is one sentence or two for a person: what happened, where, what to do. */
export class EngineError extends Error {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message)
    this.name = 'EngineError'
  }
}
