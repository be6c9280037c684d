import type { Color } from '../types'
import type { Drawing } from './drawing'
import { sketch } from './sketch'

/** The labels of the bundled models: the things in a small bedroom. */
const THINGS = {
  wall: [219, 204, 184],
  floor: [158, 115, 77],
  rug: [204, 89, 115],
  window: [115, 191, 242],
  picture: [242, 204, 64],
  bed: [77, 115, 204],
  pillow: [242, 242, 250],
  table: [128, 77, 38],
  lamp: [255, 242, 140],
  plant: [64, 166, 77],
  cat: [255, 140, 38],
  ball: [217, 38, 51],
} satisfies Record<string, Color>

/** A new drawing starts with a room of 128 × 128 pixels, so that there is something to send. */
export function roomDrawing(): Drawing {
  const labels = Object.keys(THINGS) as (keyof typeof THINGS)[]
  const { ids, line, box, oval, shape } = sketch(labels, 128, 128)

  shape('floor', [0, 86], [12, 77], [116, 77], [128, 86], [128, 128], [0, 128])
  box('window', 26, 13, 62, 47)
  box('picture', 86, 20, 104, 35)
  oval('rug', 18, 92, 84, 122)

  shape('bed', [77, 54], [114, 54], [114, 66], [128, 86], [128, 102], [78, 92])
  oval('pillow', 81, 60, 95, 68)
  oval('pillow', 97, 61, 111, 69)

  line('lamp', 69, 40, 69, 80, 2)
  shape('lamp', [65, 32], [73, 32], [76, 44], [62, 44])

  oval('table', 22, 57, 50, 65)
  box('table', 35, 62, 38, 79)
  oval('table', 29, 76, 44, 81)

  shape('plant', [8, 82], [0, 66], [5, 68], [3, 56], [9, 66], [15, 54], [13, 67], [21, 64], [12, 82])

  oval('cat', 48, 84, 66, 111)
  oval('cat', 49, 73, 66, 90)
  shape('cat', [49, 82], [50, 69], [57, 76])
  shape('cat', [66, 82], [65, 69], [58, 76])
  line('cat', 63, 107, 72, 99, 5)
  line('cat', 72, 99, 72, 92, 5)

  oval('ball', 88, 96, 110, 118)
  return { ids, labels, colors: Object.values(THINGS) }
}
