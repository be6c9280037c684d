export type EngineErrorCode =
  | 'runtime-missing' // onnxruntime-node is not installed or cannot be loaded here
  | 'model-missing' // no such file
  | 'model-damaged' // a downloaded file that isn't the published one
  | 'model-broken' // not an ONNX model, damaged, or not runnable
  | 'model-set-aside' // ended the lane too often
  | 'feed' // an input with the wrong name, shape or type, or an unknown output
  | 'device' // the requested device can't run it, and `strict` forbids another
  | 'memory' // does not fit the memory limit
  | 'time-limit' // the run took longer than the time limit
  | 'lane-died' // the inference process ended during the run
  | 'forgotten' // the lane no longer has what an earlier run left there
  | 'closed' // the engine was closed
  | 'withdrawn' // the caller withdrew it while it waited
  | 'server' // an inference server does not answer, or refuses
  | 'server-away' // one that other servers can replace; callers of the engine don't see this code
  | 'run' // the native library refused the run

/** An error whose message is one or two sentences for people: what happened, where, what to do. */
export class EngineError extends Error {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message)
    this.name = 'EngineError'
  }
}
