/** Movement through the latent space of a model's vectors. Pure functions that also run in the browser. */
export { between } from './between'
export { neighbour, wander } from './neighbour'
export { type Plane, planeThrough, pointOf } from './plane'
export {
  decodeVector,
  encodeVector,
  findPoint,
  freeName,
  none,
  type Point,
  readPoints,
  type StoredPoint,
  storePoints,
} from './points'
export { randomPoint, type Space, spaceOf, type Vector } from './space'
export { type Easing, type End, frameCount, placeOf, type Walk, type WalkStep, walkThrough } from './walk'
