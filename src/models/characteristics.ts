import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Attempt, ChosenDevice } from '../engine'
import { readTextFile } from '../files'
import { describeType } from '../types'
import { filesOf, isDownloadable } from './locate'
import type { Model, Port, Variant } from './manifest'
import { type ModelWords, modelWords, variantWords } from './model-words'
import { npmAddress } from './npm-address'
import { phraseIn } from './phrases'
import { inputPorts, isOption, outputPorts } from './ports'
import { damageOf, isPresent } from './weights'

/** The last run of one node: where it ran, why not elsewhere, and how long it took. */
export interface LastRun {
  device: ChosenDevice
  attempts: Attempt[]
  /** Milliseconds of the last runs, the newest at the end. */
  times: number[]
  /** Milliseconds since 1970. */
  at: number
}

/** What a model's dialog says about it: plain data, in words. */
export interface Characteristics {
  label: string
  summary: string
  variants: VariantFacts[]
  references: { label: string; url: string }[]
  /** Where this node ran last; missing if it hasn't run. */
  lastRun?: {
    device: string
    /** Where it was tried before, and why it did not run there; `error` is the reason in English, as logs have it. */
    attempts: { device: string; reason: string; error: string }[]
    /** The number of runs behind the median. */
    runs: number
    /** Milliseconds. */
    last: number
    /** The median time of a run, in milliseconds. */
    median: number
    /** Milliseconds since 1970. */
    at: number
  }
}

interface VariantFacts {
  id: string
  label: string
  about: string
  licence: string
  licenceUrl?: string
  nonCommercial?: true
  /** Of all its files. */
  bytes: number
  source: 'bundled' | 'download'
  /** The hosts of the downloads. */
  hosts: string[]
  isPresent: boolean
  isDamaged: boolean
  inputs: PortFacts[]
  outputs: PortFacts[]
  figures: Figure[]
  /** The number of held-out scenes of the miniature worlds on which the figures were measured. */
  scenes?: number
}

interface PortFacts {
  name: string
  property: string
  type: string
  help: string
  isOptional: boolean
}

interface Figure {
  name: string
  value: number
  meaning: string
  better?: string
}

/** @param language of everything but names; what nobody has translated stays English */
export function characteristics(model: Model, lastRun: LastRun | undefined, language = 'en'): Characteristics {
  const { label, summary, variants, references = [] } = model
  const reader = { language, words: modelWords(model.folder, language) }
  return {
    label,
    summary: reader.words.page?.summary ?? summary,
    references,
    variants: variants.map((variant) => factsOf(model, variant, reader)),
    ...(lastRun && lastRun.times.length > 0 && { lastRun: tell(lastRun, language) }),
  }
}

/** Who reads it. */
interface Reader {
  language: string
  /** The model's, in that language. */
  words: ModelWords
}

function factsOf(model: Model, variant: Variant, reader: Reader): VariantFacts {
  const { id, licenceUrl, nonCommercial } = variant
  const { language, words } = reader
  const files = filesOf(variant)
  const hosts = files.flatMap(({ url, alternatives = [] }) => (url ? [url, ...alternatives] : [])).map(hostOf)
  const { inputs, outputs } = words.page ?? {}
  return {
    ...{ id, ...variantWords(model, variant, language), licenceUrl, nonCommercial },
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    source: isDownloadable(variant) ? 'download' : 'bundled',
    hosts: [...new Set(hosts)],
    isPresent: isPresent(model, variant),
    isDamaged: damageOf(model, variant) !== null,
    inputs: inputPorts(model, variant).map((port) =>
      portFacts(port, isOption(port) || port.optional === true, language, { ...words.help, ...inputs }),
    ),
    outputs: outputPorts(model, variant)
      .flat()
      .map((port) => portFacts(port, false, language, outputs)),
    ...figuresOf(model, variant, language),
  }
}

const say = (phrase: string, language: string) => phraseIn(language, phrase) ?? phrase

/** For packages, the name only: the registry is the user's. */
const hostOf = (url: string) => (npmAddress(url) ? `npm: ${npmAddress(url)?.name}` : new URL(url).host)

/** @param words name of a port → its help in that language */
function portFacts(
  { name, property, type, help }: Port,
  isOptional: boolean,
  language: string,
  words: Record<string, string> = {},
): PortFacts {
  return { name, property, type: describeType(type, language), help: words[name] ?? help, isOptional }
}

/**
 * The figures of a variant in the model's card, in each world its file was measured on; they are shown for no
 * other file.
 */
function figuresOf(model: Model, variant: Variant, language: string): Pick<VariantFacts, 'figures' | 'scenes'> {
  if (isDownloadable(variant)) return { figures: [] }
  const cards = cardsOf(model, variant)
  const figures = cards.flatMap(({ world, card }, i) =>
    Object.entries(card.figures ?? {}).map(([name, { value, meaning, better }]) => ({
      name: i === 0 ? say(name, language) : `${say(world, language)}: ${say(name, language)}`,
      ...{ value, meaning: say(meaning, language), better },
    })),
  )
  const scenes = cards.reduce((sum, { card }) => sum + (card.scenes ?? 0), 0)
  return { figures, ...(scenes > 0 && { scenes }) }
}

interface Card {
  file?: string
  scenes?: number
  figures?: Record<string, Omit<Figure, 'name'>>
}

/**
 * What was measured of this variant's file: in the first world in `figures.json`, in others in
 * `figures-<world>.json`.
 */
function cardsOf({ folder }: Model, { file }: Variant): { world: string; card: Card }[] {
  const names = readdirSync(folder).filter((name) => /^figures(-.+)?\.json$/.test(name))
  const cards = names.flatMap((name) => {
    const card = readCard(join(folder, name))
    return card?.file === file ? [{ world: name.slice('figures-'.length, -'.json'.length), card }] : []
  })
  return cards.sort((a, b) => a.world.length - b.world.length)
}

/** Null if the file holds something else. */
function readCard(path: string): Card | null {
  try {
    return JSON.parse(readTextFile(path)) as Card | null
  } catch {
    return null
  }
}

function tell({ device, attempts, times, at }: LastRun, language: string): NonNullable<Characteristics['lastRun']> {
  const sorted = [...times].sort((a, b) => a - b)
  return {
    device,
    attempts: attempts.map(({ device, error }) => ({ device, reason: say(error, language), error })),
    runs: times.length,
    last: times.at(-1) as number,
    median: sorted[Math.ceil(sorted.length / 2) - 1] as number,
    at,
  }
}
