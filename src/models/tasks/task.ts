import type { Carry, Fetch, Fetched, FollowUp, GivenFeed, ModelInfo } from '../../engine'
import type { Model, UntilSpec, Variant } from '../manifest'
import type { TokenizerApart } from '../text/tokenizer-apart'

/** What a task works on. */
export interface Job {
  model: Model
  variant: Variant
  /** Input port name → value, as `readValue` gives it; missing where an optional input is missing. */
  inputs: Readonly<Record<string, unknown>>
  /** State that recurrent models keep from run to run: output tensor name → its value. */
  state: State
  /** Called with the unfinished outputs; missing if nobody wants to know. */
  partial?(outputs: Record<string, unknown>): void
  /** Called with each spoken sentence except the last, which is the result; missing if all are wanted as one. */
  sentence?(outputs: Record<string, unknown>): void
  /** Called before each turn of a repeating step with the number of finished turns; missing if nobody wants to know. */
  progress?(done: number, turns: number): void
  /** Called if the model gets only the beginning of a text; missing if nobody wants to know. */
  textCut?(): void
  /** Called once the input pictures are no longer read: their memory is free for others. */
  haveRead?(): void
  /** Called once no step runs a file any more, so that the next message may. */
  haveRun?(): void
  /** Called between two runs: continues while the result is wanted. @throws EngineError if it no longer is */
  goOn?(): Promise<void>
  /** For a step: the name of its result, if the task leaves it open. */
  to?: string
  /** For a step that writes: when it ends, and its caches. */
  until?: UntilSpec
  /** Runs the variant's file, or another of its files. */
  run<F extends Record<string, Fetch>>(
    feeds: Record<string, GivenFeed>,
    fetches: F,
    file?: string,
    carry?: Carry,
  ): Promise<{ [K in keyof F]: Fetched<F[K]> }>
  /**
   * Runs one of the variant's files and then continues in the lane. @returns what the program reported about each run
   */
  runOn<Said>(
    feeds: Record<string, GivenFeed>,
    fetches: Record<string, Fetch>,
    file: string | undefined,
    carry: Carry,
    followUp: FollowUp,
  ): Promise<Said[]>
  /** One of the variant's files. */
  tokenizer(file: string): TokenizerApart
  /** The inputs and outputs of the variant's file, or of another of its files. */
  describe(file?: string): Promise<ModelInfo>
}

/** What a step keeps from message to message: tensors by name, and the state of each kind of step. */
export type State = Map<string, unknown>

/** Makes the outputs (port name → value) of a model from its inputs. */
export type Task = (job: Job) => Promise<Record<string, unknown>>
