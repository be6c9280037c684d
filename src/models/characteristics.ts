import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Attempt, ChosenDevice } from '../engine'
import { readTextFile } from '../files'
import { nameType } from '../types'
import { filesOf, isDownloadable } from './locate'
import type { Model, Port, Variant } from './manifest'
import { type ModelWords, modelWords, variantWords } from './model-words'
import { npmAddress } from './npm-address'
import { phraseIn } from './phrases'
import { inputPorts, isOption, outputPorts } from './ports'
import { damageOf, isPresent } from './weights'

/** The last run of one node: which device it ran on, why other devices were skipped, and how long it took. */
export interface LastRun {
  device: ChosenDevice
  attempts: Attempt[]
  /** Durations of the last runs in milliseconds, oldest first. */
  times: number[]
  /** Milliseconds since 1970. */
  at: number
}

/** The information that a model's dialog shows, as plain data with readable text. */
export interface Characteristics {
  label: string
  summary: string
  variants: VariantFacts[]
  references: { label: string; url: string }[]
  /** The device of this node's last run. Missing if the node hasn't run yet. */
  lastRun?: {
    device: string
    /**
     * Devices that were tried first, and why they failed. `error` is the reason in English, as written to the
     * log.
     */
    attempts: { device: string; reason: string; error: string }[]
    /** The number of runs that `median` is taken from. */
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
  /** The total size of all files. */
  bytes: number
  source: 'bundled' | 'download'
  /** The host names that the files are downloaded from. */
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

/** @param language the language of all text except names; untranslated text stays English */
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

/** The language of the text, and the model's texts in it. */
interface Reader {
  language: string
  /** The model's own text in that language. */
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

/** For npm packages, only the package name: the registry is whichever one the user has configured. */
const hostOf = (url: string) => (npmAddress(url) ? `npm: ${npmAddress(url)?.name}` : new URL(url).host)

/** @param words port name → its help text in that language */
function portFacts(
  { name, property, type, help }: Port,
  isOptional: boolean,
  language: string,
  words: Record<string, string> = {},
): PortFacts {
  return { name, property, type: nameType(type, language), help: words[name] ?? help, isOptional }
}

/**
 * The figures from the model's card for each world that the variant's bundled file was measured on.
 * Downloadable variants have no figures.
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
 * The measurements of this variant's file: the first world's are in `figures.json`, those of other worlds in
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

/** Null if the file isn't valid JSON. */
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
