import type { TensorInfo } from '../engine'
import type { InputChoice, OutputChoice } from './choice'
import { knownLabels, numberedLabels } from './labels'
import type { Given } from './propose-outputs'

/** Makes the tables of a detector into the things it finds, where they are arranged as one of the usual kinds. */
export function proposeDetector(
  picture: InputChoice | undefined,
  outputs: OutputChoice[],
  labels: Given['labels'],
): void {
  if (picture?.as !== 'picture' || !picture.picture?.width || !picture.picture.height) return
  const { width, height } = picture.picture
  const [only] = outputs
  if (outputs.length === 1 && only) {
    const found = oneTable(only.shape, width, height)
    if (found) made(only, found.classes, labels, { decode: found.decode }, found.kind)
  } else if (outputs.length === 2) pair(outputs, labels)
  // So the task that finds things calls its picture.
  if (outputs.some(({ as }) => as === 'things')) picture.name = 'image'
}

function oneTable(shape: TensorInfo['shape'], width: number, height: number) {
  const [, rows, columns] = shape
  if (shape.length !== 3 || typeof rows !== 'number' || typeof columns !== 'number') return null
  const cells = [8, 16, 32].reduce((sum, stride) => sum + Math.floor(width / stride) * Math.floor(height / stride), 0)
  if (rows === cells && columns > 5) return { decode: 'yolox' as const, classes: columns - 5, kind: 'YOLOX' }
  if (rows === 3 * cells && columns > 5)
    return { decode: 'yolo' as const, classes: columns - 5, kind: 'YOLO, up to version 7' }
  if (columns === cells && rows > 4) return { decode: 'yolo' as const, classes: rows - 4, kind: 'YOLO, from version 8' }
  return null
}

/** Boxes [1, n, 4] and scores [1, n, classes], of which the first is often the background. */
function pair(outputs: OutputChoice[], labels: Given['labels']): void {
  const boxes = outputs.find(({ shape }) => shape.length === 3 && shape[2] === 4)
  const scores = outputs.find(
    (output) => output !== boxes && output.shape.length === 3 && output.shape[1] === boxes?.shape[1],
  )
  const classes = scores?.shape[2]
  if (!boxes || !scores || typeof classes !== 'number') return
  const firstLabel = classes === 2 || classes === 21 || classes === 81 || classes === 91 ? 1 : 0
  made(
    boxes,
    classes - firstLabel,
    labels,
    { decode: 'boxes', scores: scores.tensor, unit: 'share', firstLabel },
    'SSD',
  )
  scores.as = 'unused'
  scores.why = 'It is read together with the boxes.'
}

function made(
  output: OutputChoice,
  count: number,
  labels: Given['labels'],
  detector: NonNullable<OutputChoice['detector']>,
  kind: string,
): void {
  const found = labels(count)
  const known = knownLabels('one of', count)
  const names = found?.labels ?? (count === 1 ? ['thing'] : (known?.labels ?? numberedLabels(count)))
  const named = found
    ? `names are from ${found.where}`
    : known && count > 10
      ? `most likely ${known.name}`
      : count === 1
        ? 'it knows one kind of thing'
        : 'a label file can name them'
  output.as = 'things'
  output.labels = names
  output.detector = detector
  output.confidence = 'likely'
  output.why = `It is the table of a detector (${kind}) that finds ${count === 1 ? 'one kind' : `${count} kinds`} of things; ${named}.`
}
