import { cutOut } from '../../images'
import type { Image } from '../../types'
import type { Job } from './task'
import { transform } from './transform'

/**
 * Removes the background of the picture `image`. Output `matte` says how much of each pixel is kept; `output`
 * is the picture without the background.
 */
export async function matte({ haveRead: _, ...job }: Job): Promise<Record<string, unknown>> {
  // The picture is read again after the run, so its memory mustn't be released yet.
  const made = await transform(job)
  return { ...made, output: await cutOut(job.inputs.image as Image, made.matte as Image) }
}
