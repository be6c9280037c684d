import type { Existing } from '../../src/files'
import type { EncodedFormat } from '../../src/images'
import { ValueError } from '../../src/types'
import { createAnimation } from './animation'
import type { Collection } from './collection'
import { createTable } from './table'
import { createVideo } from './video'

export const PICTURES = ['png', 'jpeg', 'webp'] as const
const COLLECTIONS = ['csv', 'json', 'jsonl', 'gif', 'animated-webp', 'mp4', 'webm'] as const
export type Format = (typeof PICTURES)[number] | (typeof COLLECTIONS)[number]

export interface ExportConfig {
  format?: string
  folder?: string
  /** With `{name}`, `{number}`, `{date}`. */
  file?: string
  existing?: string
  property?: string
  /** Of tables: what a value that is no record is called. */
  column?: string
  /** 1 to 100. */
  quality?: string | number
  /** Frames a second. */
  frameRate?: string | number
  /** A new file after so many messages; empty: only at the end. */
  limit?: string | number
}

export interface Export {
  format: Format
  file: string
  /** The ending of its files, without the dot. */
  ending: string
  existing: Existing
  quality: number
  limit: number
  /** What gathers messages into one file; null where each picture is a file. */
  collect: (() => Promise<Collection>) | null
}

const ENDINGS: Partial<Record<Format, string>> = { jpeg: 'jpg', 'animated-webp': 'webp' }

/** @throws ValueError naming the setting that cannot be */
export function readExport(config: ExportConfig): Export {
  const format = choice('format', config.format, [...PICTURES, ...COLLECTIONS])
  const quality = number('quality', config.quality, 90, 1, 100)
  const frameRate = number('frame rate', config.frameRate, 12, 0.1, 50)
  const collect = collector(format, quality, frameRate, config.column || 'result')
  return {
    format,
    file: config.file || (collect ? 'export {date}' : '{name}'),
    ending: ENDINGS[format] ?? format,
    existing: choice('existing', config.existing, ['number', 'overwrite', 'refuse']),
    quality,
    limit: Math.round(number('number of messages', config.limit, Number.POSITIVE_INFINITY, 1, 1e9)),
    collect,
  }
}

function collector(format: Format, quality: number, frameRate: number, column: string): Export['collect'] {
  switch (format) {
    case 'csv':
    case 'json':
    case 'jsonl':
      return () => createTable(format, column)
    case 'gif':
      return () => createAnimation('gif', frameRate, quality)
    case 'animated-webp':
      return () => createAnimation('webp', frameRate, quality)
    case 'mp4':
    case 'webm':
      return () => createVideo(format, frameRate, quality)
    default:
      return null
  }
}

export function isPictureFormat(format: Format): format is EncodedFormat {
  return (PICTURES as readonly string[]).includes(format)
}

function choice<T extends string>(name: string, value: string | undefined, choices: readonly T[]): T {
  if (value === undefined || value === '') return choices[0] as T
  if (choices.includes(value as T)) return value as T
  throw new ValueError(`the ${name} is set to "${value}", and has to be one of ${choices.join(', ')}`)
}

function number(name: string, value: string | number | undefined, fallback: number, min: number, max: number): number {
  if (value === undefined || value === '') return fallback
  if (Number(value) >= min && Number(value) <= max) return Number(value)
  throw new ValueError(`the ${name} is set to "${value}", and has to be a number from ${min} to ${max}`)
}
