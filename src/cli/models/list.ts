import { readableSize } from '../../files'
import {
  damageOf,
  filesOf,
  isDownloadable,
  isPresent,
  type Model,
  modelStore,
  type Variant,
  variantFolder,
  variantId,
} from '../../models'
import { strangers } from '../../models/store'
import type { Choice, Options } from './choose'

/** `daisychain models`: lists every variant with its size, its licence, and whether it is downloaded. */
export async function listModels({ models, chosen }: Choice, { json }: Options): Promise<number> {
  const entries = chosen.map(({ model, variant }) => describe(model, variant))
  if (json) {
    process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`)
    return 0
  }
  const rows = entries.map(({ id, bytes, licence, nonCommercial, bundled, present, damage }) => [
    id,
    readableSize(bytes),
    nonCommercial ? `${licence} (non-commercial)` : licence,
    bundled ? 'bundled' : present ? 'downloaded' : damage === null ? 'not downloaded' : 'damaged',
  ])
  const lines = table([['ID', 'SIZE', 'LICENCE', ''], ...rows])
  const unknown = await strangers(models)
  if (unknown.length > 0)
    lines.push('', `No longer needed in ${modelStore()}: ${unknown.join(', ')}. “daisychain models clean” deletes it.`)
  process.stdout.write(`${lines.join('\n')}\n`)
  return 0
}

function describe(model: Model, variant: Variant) {
  const { label, licence, licenceUrl = null, nonCommercial = false } = variant
  return {
    id: variantId(model, variant),
    label: `${model.label}: ${label}`,
    bytes: filesOf(variant).reduce((sum, file) => sum + file.bytes, 0),
    licence,
    licenceUrl,
    nonCommercial,
    bundled: !isDownloadable(variant),
    present: isPresent(model, variant),
    damage: damageOf(model, variant),
    folder: variantFolder(model, variant),
  }
}

function table(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  // Sizes are right-aligned.
  const pad = (text: string, i: number) => (i === 1 ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0))
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}
