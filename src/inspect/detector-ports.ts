import type { Port } from '../models/manifest'
import type { PortType } from '../types'
import type { OutputChoice } from './choice'
import type { DetectorChoice } from './detector'
import { landmarksType } from './landmarks'
import { reason } from './reason'

/** Detectors that output points for each object. */
const POINTED: ReadonlySet<unknown> = new Set(['yunet', 'blaze', 'mlsd', 'openpose', 'east'])

/** Whether each object has a mask or points in addition to its box. */
export function partsOf(detector: DetectorChoice | undefined): { masks: boolean; points: boolean } {
  const { decode, masks, prototypes, landmarks, places, points, turned, heads } = detector ?? {}
  return {
    masks: (masks ?? prototypes) !== undefined,
    points:
      (landmarks ?? places ?? points ?? turned) !== undefined ||
      POINTED.has(decode) ||
      (decode === 'centers' && (heads?.length ?? 0) > 2),
  }
}

/** The input ports of the task `detect`. */
export function detectorInputs({ labels = [] }: OutputChoice): Port[] {
  return [
    {
      name: 'category',
      property: 'category',
      type: { type: 'category', oneOf: ['any', ...labels.filter(Boolean)], default: 'any' },
      help: reason`Which things to find; "any" finds everything it knows.`,
    },
    {
      name: 'min_score',
      property: 'min_score',
      type: { type: 'number', min: 0, max: 1, step: 0.05 },
      optional: true,
      help: reason`The lowest confidence, from 0 to 1.`,
    },
  ]
}

/** The output ports: the picture with framed objects, and the list of objects. */
export function detectorOutputs({ labels = [], why, detector, pointNames }: OutputChoice): Port[][] {
  const has = partsOf(detector)
  const fields: Record<string, PortType> = {
    category: { type: 'category', oneOf: labels.filter(Boolean) },
    score: { type: 'number', min: 0, max: 1 },
    box: { type: 'image_bounding_box' },
    ...(has.masks && { mask: { type: 'image', channels: 1 } }),
    ...(has.points && { landmarks: landmarksType(undefined, pointNames) }),
    ...((detector?.points === 3 || detector?.decode === 'openpose') && {
      landmark_scores: { type: 'vector', ...(pointNames && { length: pointNames.length }) },
    }),
  }
  return [
    [
      {
        name: 'output',
        property: 'payload',
        type: { type: 'image', channels: 3 },
        help: why || reason`The picture with frames around what was found.`,
      },
    ],
    [
      {
        name: 'instances',
        property: 'payload',
        type: { type: 'array', itemType: { type: 'record', fields } },
        help: reason`A list of what was found, most confident first.`,
      },
    ],
  ]
}

/** The settings of the task `detect`. */
export function detectorSettings({ labels = [], detector, minScore }: OutputChoice): Record<string, unknown> {
  // A network that selects detections itself has already removed duplicates too.
  const hasChosen =
    detector?.decode === 'rows' ||
    detector?.decode === 'mlsd' ||
    detector?.decode === 'openpose' ||
    detector?.labels !== undefined
  return {
    ...detector,
    names: labels,
    minScore: minScore ?? (detector?.decode === 'blaze' ? 0.5 : 0.4),
    ...(!hasChosen && { maxOverlap: 0.45 }),
    shows: 'drawn',
  }
}
