import { readableSize } from '../../files'
import { variantId } from '../../models'
import { removeVariant } from '../../models/store'
import type { Choice, Chosen } from './choose'

/** `daisychain models remove ID`: deletes its downloaded files, including an unfinished download. */
export async function removeModel({ chosen }: Choice): Promise<number> {
  const { model, variant } = chosen[0] as Chosen
  const bytes = await removeVariant(model, variant)
  const id = variantId(model, variant)
  console.log(bytes > 0 ? `${id} is removed: ${readableSize(bytes)} freed.` : `Nothing of ${id} was downloaded.`)
  return 0
}
