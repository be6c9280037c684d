import type { Carry, Fetch, Fetched, FollowUp, GivenFeed, ModelInfo } from '../../engine'
import type { Model, UntilSpec, Variant } from '../manifest'
import type { TokenizerApart } from '../text/tokenizer-apart'

/** Everything that a task needs to process one message. */
export interface Job {
  model: Model
  variant: Variant
  /** Input port name → value, as `readValue` returns it. Missing optional inputs are left out. */
  inputs: Readonly<Record<string, unknown>>
  /** The state that recurrent models keep between runs: output tensor name → its value. */
  state: State
  /** Results that are reused for equal inputs. They don't depend on the state. */
  results: State
  /** Called with unfinished outputs. Missing if they aren't needed. */
  partial?(outputs: Record<string, unknown>): void
  /**
   * Called for each spoken sentence except the last one, which is part of the result. Missing if all
   * sentences are wanted as one sound.
   */
  sentence?(outputs: Record<string, unknown>): void
  /**
   * Called before each turn of a repeating step with the number of turns completed. Missing if progress isn't
   * needed.
   */
  progress?(done: number, turns: number): void
  /** Called if a text was truncated. Missing if that isn't reported. */
  textCut?(): void
  /** Called once the input pictures aren't needed any more, so that their memory can be released. */
  haveRead?(): void
  /** Called once no further step runs a file, so that the next message can start. */
  haveRun?(): void
  /** Called between runs to check whether the result is still needed. @throws EngineError if it isn't */
  goOn?(): Promise<void>
  /** For a step: the name of its result, for tasks that can use any name. */
  to?: string
  /** For a step that writes text: when it ends, and what it caches. */
  until?: UntilSpec
  /** Runs the variant's main file or another of its files. */
  run<F extends Record<string, Fetch>>(
    feeds: Record<string, GivenFeed>,
    fetches: F,
    file?: string,
    carry?: Carry,
  ): Promise<{ [K in keyof F]: Fetched<F[K]> }>
  /**
   * Runs one of the variant's files, then a program in the lane that continues from its outputs.
   * @returns what the program reported for each run
   */
  runOn<Said>(
    feeds: Record<string, GivenFeed>,
    fetches: Record<string, Fetch>,
    file: string | undefined,
    carry: Carry,
    followUp: FollowUp,
  ): Promise<Said[]>
  /** Opens one of the variant's tokenizer files. */
  tokenizer(file: string): TokenizerApart
  /** The input and output tensors of the variant's main file or another of its files. */
  describe(file?: string): Promise<ModelInfo>
}

/**
 * The state that a step keeps between messages: tensors by name, and other entries that the kinds of steps
 * define.
 */
export type State = Map<string, unknown>

/** Computes a model's outputs (port name → value) from its inputs. */
export type Task = (job: Job) => Promise<Record<string, unknown>>
