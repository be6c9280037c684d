import type { FeedSpec, Step } from '../models/manifest'
import { isRecurrent } from '../models/tasks'
import { type Link, taskOf, wantedPorts } from './chain'
import { CompileError } from './compile-error'
import { whyNotCutOut } from './cut-out'
import { neededSteps } from './steps'

/** @throws CompileError if it can't be expressed in ONNX, as far as that is clear without running the node */
export function requireSayable(link: Link): void {
  const { called, variant, taught } = link
  if (taught) return
  const task = taskOf(link)
  if (task === 'generate' || task === 'caption') throw new CompileError(writes(called))
  if (isRecurrent(variant))
    throw new CompileError(`${called} remembers earlier messages, which a single graph cannot do.`)
  const steps = neededSteps(link)
  for (const step of steps) requireSayableFeeds(called, step)
  for (const step of steps) {
    const why = whyUnsayable(step)
    if (why) throw new CompileError(`${called} ${why}`)
  }
  if (variant.steps || task === 'transform') return
  if (task !== 'detect')
    throw new CompileError(
      `${called} makes its result with steps that cannot be expressed in ONNX yet. Compile the part before or after it.`,
    )
  for (const port of wantedPorts(link)) {
    const why = whyNotCutOut(variant, port)
    if (why) throw new CompileError(`${called} ${why}`)
  }
}

const writes = (called: string) =>
  `${called} writes its text word by word, which cannot be one graph. Compile the part before it.`

function requireSayableFeeds(called: string, { feeds = {}, fetches = {} }: Step): void {
  const spec = Object.values(feeds).find(({ kind }) => !SAYABLE.has(kind))
  if (spec?.kind === 'text')
    throw new CompileError(
      `${called} reads text, and a tokenizer cannot be expressed in ONNX. Compile the part after it.`,
    )
  if (Object.values(fetches).some(({ kind }) => kind === 'text' || kind === 'letters'))
    throw new CompileError(
      `${called} outputs text, and a tokenizer cannot be expressed in ONNX. Compile the part before or after it.`,
    )
  if (spec?.kind === 'noise') throw new CompileError(`${called} makes noise from a seed, which ONNX cannot reproduce.`)
}

const SAYABLE: ReadonlySet<FeedSpec['kind']> = new Set([
  'vector',
  'number',
  'image',
  'labels',
  'size',
  'constant',
  'tensor',
])

/**
 * Why a step can't be expressed, as the end of a sentence: it isn't a single run of a network in a sequence.
 * Undefined if it can.
 */
function whyUnsayable({ each, repeat, until, task = 'transform' }: Step): string | undefined {
  if (each) return 'runs a network for each thing that another one finds, which a single graph cannot do.'
  if (repeat) return 'runs its network repeatedly for one picture, which cannot be compiled yet.'
  if (until) return 'writes its text word by word, which cannot be one graph.'
  if (task !== 'transform')
    return `has a step (“${task}”) that cannot be expressed in ONNX. Compile the part before or after it.`
  return undefined
}
