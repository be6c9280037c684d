import { createInterface } from 'node:readline/promises'
import { readableSize } from '../../files'
import { filesOf, isDownloadable, isPresent, type Model, type Variant, variantFolder, variantId } from '../../models'
import { fetchVariant, StoreError, verifyVariant } from '../../models/store'
import type { Choice, Chosen, Options } from './choose'
import { showProgress } from './progress'

/** `daisychain models fetch ID [--yes]`: shows the licence, asks for consent, and downloads. */
export async function fetchModel({ chosen }: Choice, { yes }: Options): Promise<number> {
  const { model, variant } = chosen[0] as Chosen
  const id = variantId(model, variant)
  if (!isDownloadable(variant)) throw new StoreError(`${id} is bundled: there is nothing to download.`)
  if (await isWhole(model, variant)) {
    console.log(`${id} is already downloaded, in ${variantFolder(model, variant)}.`)
    return 0
  }
  console.log(licenceOf(model, variant))
  if (!yes && !(await agrees())) {
    console.error('Nothing was downloaded. Add --yes to agree without being asked.')
    return 1
  }
  await downloadShown(model, variant)
  console.log(`${id} is ready, in ${variantFolder(model, variant)}.`)
  return 0
}

/**
 * Whether there is nothing to download. The files are checked, because the user may have been told that one
 * is damaged.
 */
async function isWhole(model: Model, variant: Variant): Promise<boolean> {
  if (!isPresent(model, variant)) return false
  return (await verifyVariant(model, variant)).every(({ state }) => state === 'right')
}

function licenceOf(model: Model, variant: Variant): string {
  const { label, about, licence, licenceUrl, nonCommercial } = variant
  const bytes = filesOf(variant).reduce((sum, { url, bytes }) => sum + (url ? bytes : 0), 0)
  return [
    `${model.label}: ${label}, ${readableSize(bytes)}. ${about}`,
    `Licence: ${licence}${licenceUrl ? ` (${licenceUrl})` : ''}.`,
    ...(nonCommercial ? ['Commercial use is not allowed.'] : []),
  ].join('\n')
}

/** No answer, for example if nobody is there, counts as no. */
async function agrees(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    const answer = await Promise.race([terminal.question('Download it under this licence? [y/N] '), ended])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

/** Ctrl-C stops it and keeps what has been downloaded. */
async function downloadShown(model: Model, variant: Variant): Promise<void> {
  const end = new AbortController()
  const interrupt = () => end.abort()
  process.once('SIGINT', interrupt)
  const shown = showProgress(process.stderr)
  try {
    await fetchVariant(model, variant, { signal: end.signal, progress: shown.update })
  } finally {
    shown.end()
    process.off('SIGINT', interrupt)
  }
}
