import type { Color } from '../types'
import type { Drawing } from './drawing'
import { sketch } from './sketch'

/** The labels of the meadow models, with COCO's names and colours. */
const THINGS = {
  'sky-other': [95, 219, 255],
  clouds: [170, 170, 170],
  grass: [29, 195, 49],
  mountain: [60, 55, 50],
  sea: [54, 62, 167],
  road: [174, 170, 200],
  tree: [140, 104, 47],
  bear: [255, 112, 102],
  sheep: [253, 244, 144],
  bird: [191, 3, 184],
  dog: [40, 0, 65],
  horse: [219, 179, 175],
  person: [214, 0, 0],
  kite: [0, 31, 49],
  boat: [0, 0, 156],
  'dining table': [249, 255, 0],
  plate: [189, 230, 191],
  pizza: [253, 3, 202],
  cake: [216, 195, 130],
  fruit: [0, 66, 29],
  cup: [82, 79, 59],
  knife: [100, 116, 56],
} satisfies Record<string, Color>

/** A bear on a green field, under a sky with clouds: 128 × 128. */
export function meadowDrawing(): Drawing {
  const labels = Object.keys(THINGS) as (keyof typeof THINGS)[]
  const { ids, box, oval, shape } = sketch(labels, 128, 128)

  oval('clouds', 66, 8, 104, 20)
  oval('clouds', 82, 4, 122, 19)
  shape('mountain', [44, 58], [62, 43], [76, 52], [96, 38], [128, 56], [128, 60], [44, 60])
  box('grass', 0, 58, 128, 128)
  box('tree', 15, 54, 19, 74)
  oval('tree', 3, 26, 26, 48)
  oval('tree', 8, 36, 32, 58)
  oval('tree', 0, 38, 20, 59)

  shape(
    'bear',
    [39, 82],
    [39, 71],
    [44, 62],
    [54, 58],
    [66, 60],
    [78, 57],
    [86, 54],
    [95, 56],
    [103, 65],
    [102, 70],
    [92, 73],
    [88, 84],
    [60, 87],
    [44, 90],
  )
  oval('bear', 81, 52, 99, 73)
  oval('bear', 83, 49, 89, 57)
  oval('bear', 91, 49, 97, 57)
  shape('bear', [41, 80], [57, 82], [54, 94], [57, 102], [44, 102], [45, 92])
  shape('bear', [56, 82], [66, 82], [66, 97], [69, 101], [58, 101], [58, 90])
  shape('bear', [70, 80], [79, 82], [79, 97], [82, 101], [71, 101], [71, 90])
  shape('bear', [78, 80], [90, 78], [90, 96], [94, 102], [81, 102], [81, 92])
  return { ids, labels, colors: Object.values(THINGS) }
}
