import { isDownloadable, variantFolder, variantId } from '../../models'
import { type FileState, verifyVariant } from '../../models/store'
import type { Choice, Options } from './choose'

const WORDS: Record<FileState['state'], string> = {
  right: 'right',
  missing: 'missing',
  incomplete: 'only half downloaded',
  'wrong size': 'the wrong size',
  'wrong bytes': 'the right size, but the wrong content',
}

/**
 * `daisychain models verify [ID]`: checks every byte of the files that are present. Exit code 0 if all are
 * correct.
 */
export async function verifyModels({ chosen, isAll }: Choice, { json }: Options): Promise<number> {
  const reports: { id: string; folder: string; files: FileState[] }[] = []
  for (const { model, variant } of chosen) {
    const files = await verifyVariant(model, variant)
    // Without an id, variants that were never downloaded aren't reported.
    if (isAll && isDownloadable(variant) && files.every(({ state }) => state === 'missing')) continue
    reports.push({ id: variantId(model, variant), folder: variantFolder(model, variant), files })
  }
  if (json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
  else for (const report of reports) console.log(describe(report))
  return reports.every(({ files }) => files.every(({ state }) => state === 'right')) ? 0 : 1
}

function describe({ id, folder, files }: { id: string; folder: string; files: FileState[] }): string {
  const wrong = files.filter(({ state }) => state !== 'right')
  if (wrong.length === 0) return `${id}: right.`
  const lines = wrong.map(({ path, state }) => `  ${path} is ${WORDS[state]}.`)
  return [`${id}: incomplete or wrong. Its files belong in ${folder}.`, ...lines].join('\n')
}
