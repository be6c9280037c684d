/**
 * What a variant's settings tell the task `detect`. `decode` says how its tensors are read:
 * - `boxes` (default): `boxes` [1, n, 4] or [n, 4] in `corners` and `unit`; `scores` [1, n], or [1, n, classes]; then
 *   `labels` [1, n], or the class with the largest score;
 * - `yolox`: `output` [1, n, 5 + classes], to be decoded on grids of `strides`;
 * - `yolo`: `output` [1, n, 5 + classes] (to v7) or [1, 4 + classes, n] (from v8), decoded in the graph;
 * - `yunet`: `cls_8`, `obj_8`, `bbox_8`, `kps_8` and so on for `strides`;
 * - `chosen`: `boxes` and `scores` [1, classes, n], of which `chosen` [m, 3] names batch, class and box.
 */
export interface DetectSettings {
  decode?: 'boxes' | 'yolox' | 'yolo' | 'yunet' | 'chosen'
  /** Tensor names. */
  boxes?: string
  scores?: string
  labels?: string
  masks?: string
  output?: string
  chosen?: string
  /** Default `xyxy`. */
  corners?: 'xyxy' | 'yxyx' | 'cxcywh' | 'xywh'
  /** Pixels of the model's canvas (default) or of the picture itself, or shares of the canvas. */
  unit?: 'canvas' | 'picture' | 'share'
  strides?: number[]
  /** The masks are of the whole canvas (default), or each of its box. */
  masksOf?: 'canvas' | 'box'
  /** By class number, from `firstLabel` (0) on; classes before it, and those without a name, are no things. */
  names: string[]
  firstLabel?: number
  /** Things below this score are left out, unless the port `min_score` says otherwise. */
  minScore: number
  /** Of two boxes of one class that share more than this part of their union, the less sure one is left out. Missing: the model has done it. */
  maxOverlap?: number
  /** Not more things than this (100). */
  limit?: number
  /** What the port `output` shows: the things `alone` on black (default), or the picture with them drawn in. */
  shows?: 'alone' | 'drawn'
}
