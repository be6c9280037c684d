import type { FetchedTensor } from '../../engine'
import { activateAll } from './activation'
import { anchors } from './anchors'
import { aroundCenter, bestOf, type Candidate, numbersOf } from './candidates'
import { centers } from './centers'
import { db } from './db'
import { type Decoder, needed } from './decoder'
import { dfl } from './dfl'
import { east } from './east'
import { boxOf, extraColumns, pointsBeside, prototypeCount } from './extra-columns'
import { fastestv2 } from './fastestv2'
import { blaze, cells, nanodet, scrfd } from './grids'
import { mlsd } from './mlsd'
import { openpose } from './openpose'
import { priors } from './priors'
import { queries } from './queries'
import { rows } from './rows'
import { rtmdet } from './rtmdet'
import type { DetectSettings } from './settings'
import type { Corners } from './turned'

const strides = ({ strides: given = [8, 16, 32] }: DetectSettings) => given

/**
 * The scores as one row for each of `count` boxes. Some networks (PP-YOLOE) output one row for each class
 * instead: [1, classes, n].
 */
function inRows(scores: FetchedTensor, count: number): FetchedTensor {
  const [classes, boxes] = scores.dims.slice(-2) as [number, number]
  if (scores.dims.length < 3 || boxes !== count || classes === count) return scores
  const data = new Float32Array(count * classes)
  for (let c = 0; c < classes; c++)
    for (let i = 0; i < count; i++) data[i * classes + c] = Number(scores.data[c * count + i])
  return { ...scores, dims: [...scores.dims.slice(0, -2), count, classes], data }
}

export const decoders: Record<NonNullable<DetectSettings['decode']>, Decoder> = {
  boxes: {
    tensors: (settings) => [
      needed(settings, 'boxes'),
      needed(settings, 'scores'),
      ...[settings.labels, settings.landmarks].flatMap((name) => name ?? []),
    ],
    decode(found, settings, minScore) {
      const { tensors } = found
      const boxes = numbersOf(tensors[needed(settings, 'boxes')] as FetchedTensor)
      const scores = inRows(tensors[needed(settings, 'scores')] as FetchedTensor, boxes.length / 4)
      const labels = settings.labels ? numbersOf(tensors[settings.labels] as FetchedTensor) : undefined
      const count = boxes.length / 4
      const classes = count > 0 ? scores.data.length / count : 1
      const first = settings.firstLabel ?? 0
      const shares = settings.activation && sharesOf(scores.data as Float32Array, classes, settings.activation)
      const candidates: Candidate[] = []
      for (let index = 0; index < count; index++) {
        // Classes before `firstLabel` mean "nothing".
        const start = index * classes + (labels ? 0 : Math.min(first, classes - 1))
        const best = bestOf(shares ?? numbersOf(scores), start, labels ? 1 : (index + 1) * classes - start)
        if (best.score < minScore) continue
        const label = labels ? Number(labels[index]) : best.label + (classes > 1 ? first : 0)
        candidates.push({
          corners: cornersAt(boxes, index, settings),
          score: best.score,
          label,
          index,
          ...pointsBeside(found, settings, index),
        })
      }
      return candidates
    },
  },
  yolox: {
    tensors: (settings) => [needed(settings, 'output')],
    decode({ tensors, width, height }, settings, minScore) {
      const { data, dims } = tensors[needed(settings, 'output')] as FetchedTensor
      const size = dims.at(-1) as number
      const values = data as Float32Array
      const candidates: Candidate[] = []
      let index = 0
      for (const stride of strides(settings)) {
        for (let y = 0; y < Math.floor(height / stride); y++) {
          for (let x = 0; x < Math.floor(width / stride); x++, index++) {
            const at = index * size
            const there = values[at + 4] as number
            if (there < minScore) continue
            const best = bestOf(values, at + 5, size - 5)
            const score = best.score * there
            if (score < minScore) continue
            const [cx = 0, cy = 0, w = 0, h = 0] = values.subarray(at, at + 4)
            const corners = aroundCenter(
              (cx + x) * stride,
              (cy + y) * stride,
              Math.exp(w) * stride,
              Math.exp(h) * stride,
            )
            candidates.push({ corners, score, label: best.label, index })
          }
        }
      }
      return candidates
    },
  },
  yolo: {
    tensors: (settings) => [needed(settings, 'output')],
    decode(found, settings, minScore) {
      const { data, dims } = found.tensors[needed(settings, 'output')] as FetchedTensor
      const values = data as Float32Array
      const [rows, columns] = dims.slice(-2) as [number, number]
      // From version 8 on, each box is a column, and there is no objectness score.
      const upright = settings.plain ? false : rows < columns
      const [count, step, next] = upright ? [columns, columns, 1] : [rows, 1, columns]
      const classesFrom = upright || settings.plain ? 4 : 5
      const end = (upright ? rows : columns) - (settings.turned ? 1 : 0)
      const prototypes = prototypeCount(found, settings)
      const rest = end - classesFrom - prototypes
      // In pose networks, the points follow the classes.
      const classes = settings.points ? Math.min(rest, settings.names.length) : rest
      const [scoresFrom, pointsFrom, pointsTo] = settings.pointsFirst
        ? [end - classes, classesFrom, end - classes]
        : [classesFrom, classesFrom + classes, end]
      const candidates: Candidate[] = []
      for (let index = 0; index < count; index++) {
        const value = (field: number) => values[index * next + field * step] as number
        const best = bestOf(values, index * next + scoresFrom * step, classes, step)
        const score = upright || settings.plain ? best.score : best.score * value(4)
        if (score < minScore) continue
        candidates.push({
          ...boxOf([value(0), value(1), value(2), value(3)], settings.turned && value(end)),
          score,
          label: best.label,
          index,
          ...extraColumns(value, [pointsFrom, pointsTo], settings, prototypes),
        })
      }
      return candidates
    },
  },
  yunet: {
    tensors: (settings) =>
      strides(settings).flatMap((stride) => ['cls', 'obj', 'bbox', 'kps'].map((name) => `${name}_${stride}`)),
    decode({ tensors, width }, settings, minScore) {
      const candidates: Candidate[] = []
      for (const stride of strides(settings)) {
        const [cls, obj, box, points] = ['cls', 'obj', 'bbox', 'kps'].map(
          (name) => (tensors[`${name}_${stride}`] as FetchedTensor).data as Float32Array,
        ) as [Float32Array, Float32Array, Float32Array, Float32Array]
        const columns = Math.floor(width / stride)
        const within = (value: number) => Math.min(1, Math.max(0, value))
        for (let i = 0; i < cls.length; i++) {
          const score = Math.sqrt(within(cls[i] as number) * within(obj[i] as number))
          if (score < minScore) continue
          const [x, y] = [i % columns, Math.floor(i / columns)]
          const [dx = 0, dy = 0, w = 0, h = 0] = box.subarray(4 * i, 4 * i + 4)
          const corners = aroundCenter((x + dx) * stride, (y + dy) * stride, Math.exp(w) * stride, Math.exp(h) * stride)
          const landmarks = Array.from({ length: 5 }, (_, k): [number, number] => [
            (x + (points[10 * i + 2 * k] as number)) * stride,
            (y + (points[10 * i + 2 * k + 1] as number)) * stride,
          ])
          candidates.push({ corners, score, label: 0, index: candidates.length, landmarks })
        }
      }
      return candidates
    },
  },
  priors,
  queries,
  nanodet,
  cells,
  scrfd,
  blaze,
  anchors,
  dfl,
  'yolo-fastestv2': fastestv2,
  rtmdet,
  mlsd,
  openpose,
  db,
  east,
  centers,
  rows,
  chosen: {
    tensors: (settings) => [needed(settings, 'boxes'), needed(settings, 'scores'), needed(settings, 'chosen')],
    decode({ tensors }, settings, minScore) {
      const [boxes, scores, chosen] = (['boxes', 'scores', 'chosen'] as const).map((key) =>
        numbersOf(tensors[needed(settings, key)] as FetchedTensor),
      ) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>]
      const count = boxes.length / 4
      return Array.from({ length: chosen.length / 3 }, (_, i): Candidate => {
        const [label, index] = [Number(chosen[3 * i + 1]), Number(chosen[3 * i + 2])]
        return {
          corners: cornersAt(boxes, index, settings),
          score: Number(scores[label * count + index]),
          label,
          index,
        }
      }).filter(({ score }) => score >= minScore)
    },
  },
}

/** Converts raw scores to probabilities, one candidate at a time. */
function sharesOf(scores: Float32Array, classes: number, activation: DetectSettings['activation']): Float32Array {
  const shares = new Float32Array(scores.length)
  for (let at = 0; at < scores.length; at += classes)
    shares.set(activateAll(scores.subarray(at, at + classes), activation), at)
  return shares
}

function cornersAt(boxes: ArrayLike<number | bigint>, index: number, { corners = 'xyxy' }: DetectSettings): Corners {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => Number(boxes[4 * index + i])) as Corners
  if (corners === 'yxyx') return [b, a, d, c]
  if (corners === 'cxcywh') return aroundCenter(a, b, c, d)
  return corners === 'xywh' ? [a, b, a + c, b + d] : [a, b, c, d]
}
