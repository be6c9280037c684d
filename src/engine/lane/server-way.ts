import type { WireTensor } from './open-inference-codec'

/**
 * A connection to a server that speaks the Open Inference Protocol v2. Errors are EngineErrors: `server-away`
 * if another server may succeed, `server` if all would fail. Their messages are clauses that begin with the
 * address.
 */
export interface ServerWay {
  /** Whether it responds at all. */
  isAlive(): Promise<boolean>
  ready(model: string): Promise<void>
  /** The inputs and outputs of a model, as the server lists them. */
  describe(model: string): Promise<unknown>
  infer(
    model: string,
    tensors: Record<string, WireTensor>,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Record<string, WireTensor>>
  close(): void
}
