// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { loadManifests, runModel, validateManifest } from '../../../src/models'
import { cropOf } from '../../../src/models/steps/crop'
import type { Image, PortType } from '../../../src/types'
import { fixturesFolder, paint, tellingEngine } from '../support'
import { twinOf } from '../twin'
import { colourful } from './colourful'

type Points = [number, number][]
interface Person {
  score: number
  box: number[]
  landmarks: Points
  landmark_scores: Float32Array
}

const folder = `${fixturesFolder}/pose`
/** The results of MediaPipe's graphs for the same networks and picture; see make.py in that folder. */
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as (Person & { next: Points })[]

describe('Pose', () => {
  const pose = loadManifests().find(({ id }) => id === 'pose')!
  const twin = twinOf(pose, 'mediapipe', folder)
  const { engine, runs } = tellingEngine()
  const look = async (image: Image, state = new Map(), given: Record<string, unknown> = {}) => {
    const { outputs } = await runModel(twin, twin.variants[0]!, { image, most: 10, ...given }, engine, { state })
    return outputs as { people: Person[]; output: Image }
  }
  const far = (found: Points, wanted: Points) =>
    Math.max(...found.map(([x, y], i) => Math.hypot(x - wanted[i]![0], y - wanted[i]![1])))
  const image = colourful(224, 224)
  /** The person in the reference that is nearest to these points. */
  const likest = (found: Points) =>
    golden.reduce((best, one) => (far(found, one.landmarks) < far(found, best.landmarks) ? one : best))

  it('finds the same people and points as the published decoding, with the same visibility', async () => {
    const { people, output } = await look(image)
    assert.ok(golden.length > 1)
    assert.ok(people.length > 1 && people.length <= golden.length)
    for (const [i, { landmarks, landmark_scores, box }] of people.entries()) {
      const one = likest(landmarks)
      assert.ok(Math.abs(people[i]!.score - one.score) < 0.005)
      assert.deepEqual([landmarks.length, landmark_scores.length], [33, 33])
      assert.ok(far(landmarks, one.landmarks) < 0.01, `${far(landmarks, one.landmarks)}`)
      for (const [k, score] of landmark_scores.entries()) assert.ok(Math.abs(score - one.landmark_scores[k]!) < 0.02)
      const within = (share: number) => Math.min(1, Math.max(0, share))
      const [xs, ys] = [0, 1].map((axis) => landmarks.map((point) => within(point[axis]!))) as [number[], number[]]
      const edges = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
      for (const [k, edge] of edges.entries()) assert.ok(Math.abs(box[k]! - edge) < 1e-6)
    }
    assert.deepEqual([output.width, output.height], [224, 224])
  })

  it('uses the two guiding points to find the crop in the next picture, without the detector', async () => {
    const state = new Map()
    const [first] = (await look(image, state, { most: 1 })).people
    const [second, ...others] = (await look(image, state, { most: 1 })).people
    const { next } = likest(first!.landmarks)
    assert.deepEqual(runs, [
      'person_detection_mediapipe_2023mar',
      ...Array(2).fill('pose_estimation_mediapipe_2023mar'),
    ])
    assert.ok(far(second!.landmarks, next) < 0.01, `${far(second!.landmarks, next)}`)
    assert.equal(others.length, 0)
  })

  it('finds nobody if no score is high enough, in a picture of any proportions', async () => {
    for (const [width, height] of [
      [60, 200],
      [200, 60],
      [1, 1],
    ] as const) {
      const { people, output } = await look(
        paint(width, height, () => [0, 0, 0]),
        new Map(),
        { min_score: 1 },
      )
      assert.deepEqual([people, output.width, output.height], [[], width, height])
    }
  })

  it('crops the circle around one point through another, black outside the picture', () => {
    const spec = { around: { middle: 0, edge: 1 }, up: [0, 1], enlarge: 1.25, beyond: 'black' } as const
    const thing = { landmarks: [[0.5, 0.5] as [number, number], [0.75, 0.5] as [number, number]] }
    const { width, height, matrix, beyond } = cropOf(thing, { ...spec, up: [0, 1] }, { width: 200, height: 100 })
    assert.deepEqual(
      [width, height, beyond].map((side) => (typeof side === 'number' ? Math.round(side) : side)),
      [125, 125, 'black'],
    )
    // The crop's top is the picture's right, so its upper left corner is the upper right one in the picture.
    const [, , x, , , y] = matrix
    assert.deepEqual(
      [x! * 200, y! * 100].map((value) => Math.round(value * 10) / 10),
      [162.5, -12.5],
    )
  })

  it('validates guides as whole numbers, and reports what a circle lacks', () => {
    const { folder: _, ...manifest } = pose
    const changed = (each: Record<string, unknown>) => {
      const copy = structuredClone(manifest)
      Object.assign(copy.variants[0]!.steps![1]!.each as object, each)
      return validateManifest(copy).join('\n')
    }
    assert.equal(changed({}), '')
    assert.match(changed({ guides: -1 }), /"guides": -1 must be a whole number from 0/)
    assert.match(changed({ crop: { around: { middle: 0 } } }), /around/)
  })

  it('names 33 points, and connects only those that it names', () => {
    const list = pose.outputs[1]![0]!.type as Extract<PortType, { type: 'array' }>
    const { landmarks } = (list.itemType as Extract<PortType, { type: 'record' }>).fields
    const { labels, connections } = landmarks as Extract<PortType, { type: 'image_landmarks' }>
    assert.equal(new Set(labels).size, 33)
    for (const [from, to] of connections!) assert.ok(labels!.includes(from) && labels!.includes(to), `${from}, ${to}`)
  })
})
