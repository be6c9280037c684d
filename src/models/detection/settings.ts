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
   * For `yolo` and `rows`: planes [1, n, H, W] from which the masks are mixed, weighted by the last n numbers of a
   * thing; for `rtmdet`: planes in which its masks are found.
   */
  prototypes?: string
  /** For `rtmdet`: for each grid, the weights of the small networks that find masks. */
  kernels?: string[]
  /**
   * For `rtmdet` and `priors`: for each grid, how near a cell is to the centre of its thing, which weights its scores.
   */
  middles?: string[]
  /** For `rtmdet`: distances are in pixels rather than cells. */
  inPixels?: true
  output?: string
  chosen?: string
  quality?: string
  /**
   * Points in a separate tensor: two numbers each for `priors`, as many as its last dimension for `boxes` and `rows`.
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
  /** For `anchors`, for each grid: the range of cells around its own in which a box's centre may be (1). */
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
   * For `rows`: one letter for each column: the box in `xyxy` or `yxyx`, its `s`core, its `c`lass (else all are of the
   * first), `i` for what is nothing; `*` for the columns of points and masks, else they are the last. Default `xyxysc`.
   */
  columns?: string
  /**
   * For `yolo` and `rows`: the rest is followed by points of this many numbers each (2, or 3 with their visibility).
   */
  points?: 2 | 3
  /** For `yolo`: the points come before the classes rather than after them (YOLOv5-face). */
  pointsFirst?: true
  /**
   * For `yolo` and `rows`: the last number of a thing is the clockwise rotation of its box (a centre and a size) in
   * radians.
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
   * The masks are of the whole canvas (default), or each of its box; their numbers are probabilities, or raw scores for
   * a sigmoid.
   */
  masksOf?: 'canvas' | 'box'
  rawMasks?: true
  /** By class number, from `firstLabel` (0) on; classes before it, and those without a name, aren't things. */
  names: string[]
  firstLabel?: number
  /** Things below this score are left out, unless the port `min_score` says otherwise. */
  minScore: number
  /**
   * If two boxes of one class overlap by more than this fraction of their union, the less certain one is left out.
   * Missing: the model has done it.
   */
  maxOverlap?: number
  /** At most this many things (100). */
  limit?: number
  /** What the port `output` shows: the things `alone` on black (default), or the picture with them drawn in. */
  shows?: 'alone' | 'drawn'
}

/**
 * Boxes that a network corrects: for each grid, its stride and their sizes in pixels; sides that don't divide evenly
 * are rounded.
 */
export interface Priors {
  /** The side of squares, or width and height of others. */
  sizes: (number | [width: number, height: number])[][]
  strides: number[]
  round: 'up' | 'down'
  /** The position of their centre in its cell, as a fraction of the stride (0.5). */
  middle?: number
  /**
   * The factors (variances) for the network's numbers, in fractions of a box: for places and for sizes (0.1 and 0.2).
   */
  reach?: [places: number, sizes: number]
  /** Whether the numbers begin with x (default) or y. */
  from?: 'left' | 'top'
}
