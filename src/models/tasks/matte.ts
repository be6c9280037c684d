import { cutOut } from '../../images'
import type { Image } from '../../types'
import type { Job } from './task'
import { transform } from './transform'

/**
 * Removes the background of the picture `image`: output `matte` says how much of each pixel is kept, `output` is the
 * rest.
 */
export async function matte({ haveRead: _, ...job }: Job): Promise<Record<string, unknown>> {
  // The picture is read again after the run; nobody is notified twice.
  const made = await transform(job)
  return { ...made, output: await cutOut(job.inputs.image as Image, made.matte as Image) }
}
