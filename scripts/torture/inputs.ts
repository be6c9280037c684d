import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../../test/browser/support/versions'
import { everyNode, flowOf, type Piece } from './every-node'
import { KINDS, messageOf, type Recipe } from './hostile'
import type { Loop } from './loop'
import { startTortured, type Tortured } from './node-red'
import type { End } from './probe'
import { faultOfSentence } from './sentence'

/** ms for which nothing else may be held up, excluding Node-RED's own cloning of what the flow sends. */
export const LONGEST_GAP = 100
/** Bytes of memory that one input may add. */
const MOST_MEMORY = 1.2e9

/** What one kind of input caused, over all nodes. */
export interface OfKind {
  count: number
  /** The longest gaps of the event loop, in ms: by the clock, and in processor time. */
  late: number
  worked: number
  /** How much of that time Node-RED took to clone messages. */
  cloned: number
  /** The most memory added, in bytes. */
  memory: number
  /** The node of the longest gap. */
  at: string
}

export interface Inputs {
  ends: Record<End['end'], number>
  byKind: Record<string, OfKind>
  /** Sentences; each ends with the recipe of its input. */
  faults: string[]
  /** The same for what held up the event loop. */
  slow: string[]
}

const CORPUS = join(packageFolder, 'test/fixtures/torture/inputs.json')

/** Inputs that failed once. */
export const corpus = (): Recipe[] => JSON.parse(readFileSync(CORPUS, 'utf8'))

const declarations = JSON.parse(readFileSync(join(packageFolder, 'dist/declarations.json'), 'utf8')) as Record<
  string,
  { inputs?: Record<string, unknown> } | undefined
>

/** The properties that a node reads. */
function propertiesOf({ type }: Piece): string[] {
  const more = type === 'daisychain-adjust' ? ['mask', 'background'] : type === 'daisychain-export' ? ['parts'] : []
  const names = Object.keys(declarations[type]?.inputs ?? {}).filter((name) => !name.startsWith('$'))
  return [...new Set(['payload', 'payload', ...names, ...more])]
}

/** Recipes for every node and kind, in random order; some use a property other than the payload. */
export function recipes(pieces: readonly Piece[], random: () => number): Recipe[] {
  const all = pieces.flatMap((piece) =>
    KINDS.map((kind): Recipe => {
      const properties = propertiesOf(piece)
      const property = properties[Math.floor(random() * properties.length)] as string
      return { to: piece.id, kind, property, seed: Math.floor(random() * 1e6) }
    }),
  )
  return all
    .map((recipe) => ({ recipe, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ recipe }) => recipe)
}

interface Options {
  /** Called before each input. */
  isOver?: () => boolean
  log?: (line: string) => void
  /** The nodes, given a folder to write into. */
  nodes?: (folder: string) => Piece[]
  /** ms that a message may take. */
  limit?: number
  /**
   * Called with how much code each input reached that none before it had. Counting makes everything slower.
   */
  reached?: (recipe: Recipe, news: number) => void
}

/** Sends hostile inputs, one after the other, to nodes of a running Node-RED. */
export async function tortureInputs(
  inputs: Iterable<Recipe>,
  { isOver = () => false, log = () => {}, nodes = everyNode, limit, reached }: Options = {},
): Promise<Inputs> {
  const result: Inputs = { ends: { delivered: 0, silent: 0, failed: 0, never: 0 }, byKind: {}, faults: [], slow: [] }
  let server: Tortured | null = null
  try {
    for (const recipe of inputs) {
      if (isOver()) break
      server ??= await start(nodes, reached !== undefined)
      const end = await server.send(recipe.to, await messageOf(recipe), limit).catch(async (error: Error) => {
        const said = lastLines((server as Tortured).output())
        await (server as Tortured).stop()
        server = null
        return `Node-RED gave no answer (${error.message}); it said: ${said}`
      })
      const add = (to: string[], fault: string) => {
        to.push(`${fault}: ${JSON.stringify(recipe)}`)
        log(to.at(-1) as string)
      }
      for (const fault of typeof end === 'string' ? [end] : faultsOf(end)) add(result.faults, fault)
      if (typeof end === 'string') continue
      reached?.(recipe, end.reached)
      count(result, recipe, end)
      const own = ownOf(end.loop)
      if (own > LONGEST_GAP) add(result.slow, `nothing else came to its turn for ${Math.round(own)} ms`)
    }
  } finally {
    await server?.stop()
  }
  return result
}

async function start(nodes: (folder: string) => Piece[], isCounted: boolean): Promise<Tortured> {
  const server = await startTortured()
  await server.setFlows(flowOf(nodes(server.folder)))
  if (isCounted) await server.cover()
  return server
}

const ownOf = ({ worked, cloned }: Pick<Loop, 'worked' | 'cloned'>) => worked - cloned

function count({ ends, byKind }: Inputs, { kind, to }: Recipe, { end, loop, memory }: End): void {
  ends[end]++
  byKind[kind] ??= { count: 0, late: 0, worked: 0, cloned: 0, memory: 0, at: to }
  const of = byKind[kind]
  of.count++
  of.late = Math.max(of.late, loop.late)
  of.memory = Math.max(of.memory, memory)
  if (ownOf(loop) > ownOf(of)) Object.assign(of, { worked: loop.worked, cloned: loop.cloned, at: to })
}

/** What is wrong with the way a message ended. */
function faultsOf({ end, sentence, memory }: End): string[] {
  const wrong = end === 'failed' ? faultOfSentence(sentence) : ''
  return [
    ...(end === 'never' ? ['the message never came to an end'] : []),
    ...(wrong ? [`${wrong} (${sentence.slice(0, 300)})`] : []),
    ...(memory > MOST_MEMORY ? [`it took ${Math.round(memory / 1e6)} MB`] : []),
  ]
}

const lastLines = (text: string) => text.trim().split('\n').slice(-5).join(' | ')
