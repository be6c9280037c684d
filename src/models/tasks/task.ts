import type { Carry, Fetch, Fetched, FollowUp, GivenFeed, ModelInfo } from '../../engine'
import type { Model, UntilSpec, Variant } from '../manifest'
import type { TokenizerApart } from '../text/tokenizer-apart'

/** What a task works on. */
export interface Job {
  model: Model
  variant: Variant
  /** Input port name → value, as `readValue` gives it; missing where an optional input is missing. */
  inputs: Readonly<Record<string, unknown>>
  /** What recurrent models keep from run to run: output tensor name → its value. */
  state: State
  /** Told what there is of the outputs while they are made; missing where nobody wants to know. */
  partial?(outputs: Record<string, unknown>): void
  /** Told each sentence that is spoken but the last, which is then the result; missing where all are wanted as one. */
  sentence?(outputs: Record<string, unknown>): void
  /** Told how many turns of a step that repeats are done, before each; missing where nobody wants to know. */
  progress?(done: number, turns: number): void
  /** Told that the model is given the beginning of a text only; missing where nobody wants to know. */
  textCut?(): void
  /** Told that nothing is read of the pictures among the inputs any more: their memory is for others. */
  haveRead?(): void
  /** Told that no step runs a file any more: the next message may. */
  haveRun?(): void
  /** Between two runs: goes on while somebody waits for the result. @throws EngineError if nobody does any more */
  goOn?(): Promise<void>
  /** Of a step: the name of what it makes, where the task leaves it open. */
  to?: string
  /** Of a step that writes: when it ends, and its caches. */
  until?: UntilSpec
  /** Runs the variant's file, or another of its files. */
  run<F extends Record<string, Fetch>>(
    feeds: Record<string, GivenFeed>,
    fetches: F,
    file?: string,
    carry?: Carry,
  ): Promise<{ [K in keyof F]: Fetched<F[K]> }>
  /** Runs one of the variant's files and then goes on in the lane. @returns what the program said about each run */
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

/** What a step keeps from message to message: tensors by name, and what each kind of step keeps as well. */
export type State = Map<string, unknown>

/** Makes the outputs (port name → value) of a model from its inputs. */
export type Task = (job: Job) => Promise<Record<string, unknown>>
