/** A record of how a picture was made: writing and reading it. */

export { chainTo } from './chain'
export { gifWithXmp, mp4Box } from './embed'
export { xmpIn } from './picture'
export { type Circumstances, leftBehind, type Provenance, provenanceOf, readProvenance, type UsedModel } from './record'
export { otherModels, reproduction } from './reproduce'
export { chainIn, toXmp } from './xmp'
