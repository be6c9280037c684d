import { readableSize } from '../../files'
import { removeParts, removeStranger, strangers } from '../../models/store'
import type { Choice } from './choose'

/** `daisychain models clean`: deletes unfinished downloads and files that no variant uses any longer. */
export async function cleanModels({ models, chosen }: Choice): Promise<number> {
  let bytes = 0
  for (const { model, variant } of chosen) bytes += await removeParts(model, variant)
  for (const id of await strangers(models)) {
    console.log(`${id} isn't in any manifest any more.`)
    bytes += await removeStranger(id)
  }
  console.log(bytes > 0 ? `${readableSize(bytes)} freed.` : 'Nothing to clean up.')
  return 0
}
