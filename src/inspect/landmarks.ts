import type { ImageLandmarksType } from '../types'

/** The points of a body in COCO's order, which most pose networks follow. */
export const BODY =
  'nose,left eye,right eye,left ear,right ear,left shoulder,right shoulder,left elbow,right elbow,left wrist,right wrist,left hip,right hip,left knee,right knee,left ankle,right ankle'.split(
    ',',
  )

/** The corners of a rotated box, clockwise. */
export const CORNERS = ['corner 1', 'corner 2', 'corner 3', 'corner 4']

/** The points of a body in the order of OpenPose. */
export const OPENPOSE =
  'nose,neck,right shoulder,right elbow,right wrist,left shoulder,left elbow,left wrist,right hip,right knee,right ankle,left hip,left knee,left ankle,right eye,left eye,right ear,left ear'.split(
    ',',
  )

/** OpenPose's points with feet and a point between the hips (BODY_25). */
export const OPENPOSE_25 =
  'nose,neck,right shoulder,right elbow,right wrist,left shoulder,left elbow,left wrist,middle of the hips,right hip,right knee,right ankle,left hip,left knee,left ankle,right eye,left eye,right ear,left ear,left big toe,left small toe,left heel,right big toe,right small toe,right heel'.split(
    ',',
  )

/** The ends of a line segment. */
export const LINE_ENDS = ['one end', 'other end']

/** The points that a drawing joins, in order. */
const LIMBS = [
  ['left ear', 'left eye', 'nose', 'right eye', 'right ear'],
  ['left eye', 'right eye'],
  ['left wrist', 'left elbow', 'left shoulder', 'right shoulder', 'right elbow', 'right wrist'],
  ['left ankle', 'left knee', 'left hip', 'right hip', 'right knee', 'right ankle'],
  ['left shoulder', 'left hip'],
  ['right shoulder', 'right hip'],
  [...CORNERS, 'corner 1'],
  LINE_ENDS,
  ['nose', 'neck', 'middle of the hips'],
  ['left small toe', 'left big toe', 'left ankle', 'left heel'],
  ['right small toe', 'right big toe', 'right ankle', 'right heel'],
]

/** The type for this many points, with names where known. */
export function landmarksType(length: number | undefined, labels: readonly string[] | undefined): ImageLandmarksType {
  if (labels === undefined) return { type: 'image_landmarks', ...(length !== undefined && { length }) }
  const joined = LIMBS.flatMap((limb) => limb.slice(1).map((to, i): [string, string] => [limb[i] as string, to]))
  const connections = joined.filter((pair) => pair.every((name) => labels.includes(name)))
  return {
    type: 'image_landmarks',
    length: labels.length,
    labels: [...labels],
    ...(connections.length > 0 && { connections }),
  }
}
