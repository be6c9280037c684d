import type { PortType } from './port-type'

/**
 * The types that an input for masks accepts: a picture, white where it marks something; a label map; or
 * detected things with masks.
 */
export const MASK_TYPES: readonly PortType[] = [
  { type: 'image' },
  { type: 'segmentation' },
  { type: 'array', itemType: { type: 'record', fields: { mask: { type: 'image' } } } },
]
