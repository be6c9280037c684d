/**
 * Label maps that users draw: strokes, and the short text form that a flow stores. Runs in Node.js and in
 * browsers.
 */
export { decodeIds, encodeIds, MAX_SIDE_PIXELS } from './codec'
export { blank, copyOf, type Drawing, type Ids, inLabels, type LabelSet, sameIds, stretch } from './drawing'
export { meadowDrawing } from './sample-meadow'
export { roomDrawing } from './sample-room'
export { firstDrawing } from './samples'
export { drawingOf, readDrawing, type StoredDrawing, segmentationOf, storeDrawing } from './stored'
export { drawEllipse, drawLine, drawPolygon, drawRectangle, fill, type Point } from './strokes'
