import type { Existing } from '../../src/files'
import type { EncodedFormat } from '../../src/images'
import { readSettings, type Values } from '../../src/settings'
import type { SoundFile } from '../../src/sounds'
import { createAnimation } from './animation'
import type { Collection } from './collection'
import { PICTURES, SOUNDS, TELLING } from './formats'
import { node } from './node'
import { createTable } from './table'
import { createVideo } from './video'

type Format = Values<typeof node.settings>['format']

export interface Export {
  format: Format
  file: string
  /** The extension of its files, without the dot. */
  ending: string
  existing: Existing
  quality: number
  limit: number
  /** Creates the collection that gathers messages into one file; null if each picture is its own file. */
  collect: (() => Promise<Collection>) | null
}

const ENDINGS: Partial<Record<Format, string>> = { jpeg: 'jpg', 'animated-webp': 'webp' }

/** @throws ValueError that names the invalid setting */
export function readExport(config: object): Export {
  const settings = readSettings(node.settings, { ...config })
  const { format, file, existing, quality, limit } = settings
  const collect = collector(settings)
  return {
    format,
    file: file || (collect ? 'export {date}' : '{name}'),
    ending: ENDINGS[format] ?? format,
    existing,
    quality,
    limit: limit === null ? Number.POSITIVE_INFINITY : Math.round(limit),
    collect,
  }
}

function collector({ format, quality, frameRate, column, raw }: Values<typeof node.settings>): Export['collect'] {
  switch (format) {
    case 'csv':
    case 'json':
    case 'jsonl':
      return () => createTable(format, column, raw)
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

export function isSoundFormat(format: Format): format is SoundFile {
  return (SOUNDS as readonly string[]).includes(format)
}

/** Whether files of this format contain a record of how they were made. */
export function isTelling(format: Format): boolean {
  return (TELLING as readonly string[]).includes(format)
}
