/**
 * A variant's settings for the task `detect`. `decode` says how its tensors are read:
 * - `boxes` (default): `boxes` [1, n, 4] or [n, 4] in `corners` and `unit`; `scores` [1, n], or [1, n, classes]; then
 *   `labels` [1, n], or the class with the largest score; the scores may be [1, classes, n] too; optionally the points
 *   of each in `landmarks` [1, n, points, 2 or 3];
 * - `yolox`: `output` [1, n, 5 + classes], to be decoded on grids of `strides`;
 * - `yolo`: `output` [1, n, 5 + classes] (to v7) or [1, 4 + classes, n] (from v8), decoded in the graph;
 * - `yunet`: `cls_8`, `obj_8`, `bbox_8`, `kps_8` and so on for `strides`;
 * - `priors`: `boxes` and `scores` for the boxes in `priors`, to be corrected by them; `quality` [n, 1] beside the scores;
 *   points behind the boxes or in `landmarks`; or planes for each grid: `distances` [1, boxes a cell × 4, H, W], `classes` and perhaps
 *   `middles`, how near a cell is to the middle of its thing (ATSS);
 * - `nanodet`: `classes` and `distances` of the grids of `strides`, or one `output` with both;
 * - `scrfd`: `classes`, `distances` and perhaps `places` of the grids of `strides`, two anchors a cell;
 * - `cells`: one grid `output` [1, 5 + classes, rows, columns] (FastestDet);
 * - `blaze`: `regressors` and `confidences` for the anchors of `grids` (MediaPipe);
 * - `anchors`: `heads`, a grid for each of `strides`, with `anchors` in each cell: YOLO without its last steps;
 * - `dfl`: `heads` of the grids of `strides`: how likely which distance to each side is, then the classes (YOLO from version 8 without
 *   its last steps); or these in `distances` and `classes`;
 * - `yolo-fastestv2`: `heads` [1, rows, columns, 3 × 4 + 3 + classes] with `anchors`: boxes, how sure, classes for all three; or one
 *   `output` [cells, …] with the cells of all grids;
 * - `rtmdet`: `classes` and `distances` of the grids of `strides` as planes; perhaps `kernels`, which find masks in `prototypes`, or
 *   `middles` (FCOS);
 * - `mlsd`: lines: `output` [1, n, 2] of places (y, x), `scores` [1, n], and the map `ends` [1, H, W, 4] of where they begin and end;
 *   without `output` the scores are a map [1, H, W, 1] too;
 * - `openpose`: bodies: heat maps `output` [1, 19, H, W] of 18 points, and the fields `ends` [1, 38, H, W] of their limbs, or 26 and
 *   52 planes of 25 points; or both on one another in one tensor;
 * - `centers`: heat map `output` [1, classes, H, W] of the middles of things; `heads`: maps of their sizes, of how far the middles are
 *   from the corners of their cells, and perhaps of points (CenterNet; CenterFace with `sizes: exponential`);
 * - `db`: lines of text: the map `output` [1, 1, H, W] of how sure each pixel is text (DBNet, PP-OCR);
 * - `east`: turned lines of text: the map `output` [1, 1, H, W] of how sure each cell is, and `boxes` [1, 5, H, W] of how far its four
 *   sides are and by how much it is turned; or both with their planes last;
 * - `rows`: `output` [n, …] of things that are chosen already, in `columns`; perhaps `labels` [n] of them, and their points in
 *   `landmarks` [n, points, 2 or 3];
 * - `queries`: `scores` [1, n, classes + 1], the last for "nothing", and `masks` [1, n, H, W], around which the boxes are (MaskFormer);
 * - `chosen`: `boxes` and `scores` [1, classes, n], of which `chosen` [m, 3] names batch, class and box.
 */
export interface DetectSettings {
  decode?:
    | 'boxes'
    | 'yolox'
    | 'yolo'
    | 'yunet'
    | 'priors'
    | 'nanodet'
    | 'cells'
    | 'scrfd'
    | 'blaze'
    | 'anchors'
    | 'dfl'
    | 'yolo-fastestv2'
    | 'rtmdet'
    | 'mlsd'
    | 'openpose'
    | 'db'
    | 'east'
    | 'centers'
    | 'rows'
    | 'queries'
    | 'chosen'
  /** Tensor names. */
  boxes?: string
  scores?: string
  labels?: string
  masks?: string
  /**
   * For `yolo` and `rows`: planes [1, n, H, W] that masks are mixed from; a detection's last n numbers are
   * the weights. For `rtmdet`: the planes that its masks are computed from.
   */
  prototypes?: string
  /** For `rtmdet`: for each grid, the weights of the small networks that compute masks. */
  kernels?: string[]
  /** For `rtmdet` and `priors`: for each grid, the centerness of each cell, which weights its scores. */
  middles?: string[]
  /** For `rtmdet`: distances are in pixels rather than cells. */
  inPixels?: true
  output?: string
  chosen?: string
  quality?: string
  /**
   * Points in a separate tensor: two numbers each for `priors`; for `boxes` and `rows`, as many as its last
   * dimension.
   */
  landmarks?: string
  classes?: string[]
  distances?: string[]
  /** For `scrfd`: points, one tensor for each grid. */
  places?: string[]
  /** For `mlsd` and `openpose`. */
  ends?: string
  regressors?: string[]
  confidences?: string[]
  /** For `anchors`: tensors, one for each grid, with the widths and heights of its anchors in pixels: w, h, w, h, … */
  heads?: string[]
  anchors?: number[][]
  /**
   * For `anchors`, for each grid: the width in cells of the range around its own cell in which a box's centre
   * may be (1).
   */
  reach?: number[]
  /**
   * For `anchors`: a box's size relative to the anchor: e to the power of its numbers (default), or the square of twice
   * their sigmoid.
   */
  sizes?: 'exponential' | 'squared'
  /**
   * For `yolo`: boxes in fractions of the canvas rather than pixels, and no score for "something is there" (RT-DETR):
   * one row each.
   */
  plain?: true
  /** The activation of raw scores; for `anchors`, of its centres too. */
  activation?: 'sigmoid' | 'softmax'
  priors?: Priors
  /**
   * For `db`: how much larger a line is than what is marked, as a multiple of its area divided by its perimeter (1.5).
   */
  grown?: number
  /** For `blaze`: pixels from cell to cell, and the number of anchors in each cell. */
  grids?: [stride: number, each: number][]
  /**
   * For `rows`: one letter for each column: the box as `xyxy` or `yxyx`, `s` for its score, `c` for its class
   * (without it, all have the first class), `i` for a column to ignore, and `*` for the columns of points and
   * masks, which are otherwise the last. Default `xyxysc`.
   */
  columns?: string
  /**
   * For `yolo` and `rows`: points that follow the other columns, each with this many numbers (2, or 3 with
   * its visibility).
   */
  points?: 2 | 3
  /** For `yolo`: the points precede the classes rather than follow them (YOLOv5-face). */
  pointsFirst?: true
  /**
   * For `yolo` and `rows`: a detection's last number is the clockwise rotation, in radians, of its box (a
   * centre and a size).
   */
  turned?: true
  /** For these points: whether x comes first (default), or y. */
  pointsFrom?: 'left' | 'top'
  /** Default `xyxy`. */
  corners?: 'xyxy' | 'yxyx' | 'cxcywh' | 'xywh'
  /** Pixels of the model's canvas (default) or of the picture itself, or fractions of the canvas. */
  unit?: 'canvas' | 'picture' | 'share'
  strides?: number[]
  /**
   * The masks cover the whole canvas (default) or only the detection's box; their values are probabilities,
   * or raw scores that need a sigmoid.
   */
  masksOf?: 'canvas' | 'box'
  rawMasks?: true
  /**
   * Names by class number, starting at `firstLabel` (0). Classes before it, and classes with an empty name,
   * aren't reported.
   */
  names: string[]
  firstLabel?: number
  /** The minimum score, unless the port `min_score` sets it. */
  minScore: number
  /**
   * If the intersection over union of two boxes of the same class exceeds this, the one with the lower score
   * is discarded. Missing: the model has done this already.
   */
  maxOverlap?: number
  /** The maximum number of detections (100). */
  limit?: number
  /**
   * The picture at the port `output`: the detected things `alone` on black (default), or the whole picture
   * with the detections drawn on it.
   */
  shows?: 'alone' | 'drawn'
}

/**
 * The prior boxes that a network corrects: the stride of each grid and the box sizes in pixels; `round` says
 * how sides that aren't a multiple of the stride are rounded.
 */
export interface Priors {
  /** The side of squares, or width and height of others. */
  sizes: (number | [width: number, height: number])[][]
  strides: number[]
  round: 'up' | 'down'
  /** The position of their centre within a cell, as a fraction of the stride (0.5). */
  middle?: number
  /**
   * The factors (variances) by which the network's outputs are multiplied, for positions and for sizes (0.1
   * and 0.2).
   */
  reach?: [places: number, sizes: number]
  /** Whether the numbers begin with x (default) or y. */
  from?: 'left' | 'top'
}
