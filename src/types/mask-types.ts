import type { PortType } from './port-type'

/** What a mask may be: a picture, white where it marks something; a label map; or found things with masks. */
export const MASK_TYPES: readonly PortType[] = [
  { type: 'image' },
  { type: 'segmentation' },
  { type: 'array', itemType: { type: 'record', fields: { mask: { type: 'image' } } } },
]
