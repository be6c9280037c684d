/**
 * What a variant's settings tell the task `detect`. `decode` says how its tensors are read:
 * - `boxes` (default): `boxes` [1, n, 4] or [n, 4] in `corners` and `unit`; `scores` [1, n], or [1, n, classes]; then
 *   `labels` [1, n], or the class with the largest score; the scores may be [1, classes, n] too; perhaps the points of each in
 *   `landmarks` [1, n, points, 2 or 3];
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
  /** Of `yolo` and `rows`: planes [1, n, H, W] of which the masks are mixed, by the n numbers at the end of a thing's own; of `rtmdet`: in which its masks are found. */
  prototypes?: string
  /** Of `rtmdet`: for each grid the weights of the small networks that find masks. */
  kernels?: string[]
  /** Of `rtmdet` and `priors`: for each grid how near a cell is to the middle of its thing, by which its scores are weighed. */
  middles?: string[]
  /** Of `rtmdet`: distances are pixels rather than cells. */
  inPixels?: true
  output?: string
  chosen?: string
  quality?: string
  /** Points in their own tensor: of `priors` two numbers each, of `boxes` and `rows` as many as its last side has. */
  landmarks?: string
  classes?: string[]
  distances?: string[]
  /** Of `scrfd`: points, one tensor for each grid. */
  places?: string[]
  /** Of `mlsd` and `openpose`. */
  ends?: string
  regressors?: string[]
  confidences?: string[]
  /** Of `anchors`: tensors, one for each grid; of each the widths and heights of its anchors, in pixels: w, h, w, h, … */
  heads?: string[]
  anchors?: number[][]
  /** Of `anchors`, for each grid: in how wide a range of cells around its own the middle of a box may be (1). */
  reach?: number[]
  /** Of `anchors`: how often a box has the anchor's size: e to the power of its numbers (default), or twice their shares squared. */
  sizes?: 'exponential' | 'squared'
  /** Of `yolo`: boxes in shares of the canvas rather than pixels, and no score for "something is there" (RT-DETR): a row each. */
  plain?: true
  /** What makes shares of raw scores; of `anchors`, of its middles too. */
  activation?: 'sigmoid' | 'softmax'
  priors?: Priors
  /** Of `db`: by how much a line is larger than what is marked, as a share of its area by its outline (1.5). */
  grown?: number
  /** Of `blaze`: pixels from cell to cell, and how many anchors each cell has. */
  grids?: [stride: number, each: number][]
  /**
   * Of `rows`: a letter a column: the box in `xyxy` or `yxyx`, its `s`core, its `c`lass (else all are of the first), `i` for what is
   * nothing; `*` for the columns of points and masks, else they are the last. Default `xyxysc`.
   */
  columns?: string
  /** Of `yolo` and `rows`: behind the rest there are points of this many numbers each (2, or 3 with how well they are seen). */
  points?: 2 | 3
  /** Of `yolo`: the points are before the classes rather than behind them (YOLOv5-face). */
  pointsFirst?: true
  /** Of `yolo` and `rows`: the last number of a thing is by how many radians its box, a middle and a size, is turned clockwise. */
  turned?: true
  /** Of these points: whether the place from the left comes first (default), or that from the top. */
  pointsFrom?: 'left' | 'top'
  /** Default `xyxy`. */
  corners?: 'xyxy' | 'yxyx' | 'cxcywh' | 'xywh'
  /** Pixels of the model's canvas (default) or of the picture itself, or shares of the canvas. */
  unit?: 'canvas' | 'picture' | 'share'
  strides?: number[]
  /** The masks are of the whole canvas (default), or each of its box; their numbers are shares, or raw scores for a sigmoid. */
  masksOf?: 'canvas' | 'box'
  rawMasks?: true
  /** By class number, from `firstLabel` (0) on; classes before it, and those without a name, aren't things. */
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

/** Boxes that a network corrects: for each grid its stride and their sizes in pixels; sides that do not divide are rounded. */
export interface Priors {
  /** Of squares their side, of others their width and height. */
  sizes: (number | [width: number, height: number])[][]
  strides: number[]
  round: 'up' | 'down'
  /** Where in its cell their middle is, as a share of the stride (0.5). */
  middle?: number
  /** How far, in shares of a box, the numbers of the network reach: for places and for sizes (0.1 and 0.2). */
  reach?: [places: number, sizes: number]
  /** Whether the numbers begin with the place from the left (default), or with that from the top. */
  from?: 'left' | 'top'
}
