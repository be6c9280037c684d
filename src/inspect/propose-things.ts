import type { InputChoice, OutputChoice } from './choice'
import { partsOf } from './detector-ports'
import type { Detector } from './detectors'
import { knownLabels, numberedLabels } from './labels'
import type { Given } from './propose-outputs'

/** Whether a detector reads this tensor. */
const isRead = (choice: Detector['choice'], tensor: string) => Object.values(choice).flat().includes(tensor)

/**
 * Whether an output is a map or masks as large as the whole picture, which networks for streets output in
 * addition to objects.
 */
function isWhole({ as, shape, picture: made, tensor }: OutputChoice, { picture }: InputChoice): boolean {
  if (as !== 'labels' && as !== 'masks' && !(as === 'picture' && made?.channels === 1)) return false
  const width = shape[made?.layout.endsWith('HWC') ? shape.length - 2 : shape.length - 1]
  return width === picture?.width && !/prob|score|conf|heat/i.test(tensor)
}

/** Turns a detector's tables into one output for the objects found. */
export function proposeThings(
  picture: InputChoice,
  outputs: OutputChoice[],
  detector: Detector,
  labels: Given['labels'],
): void {
  const { choice, classes, kind, size, pointNames, note } = detector
  const found = labels(classes)
  const known = knownLabels('one of', classes ?? detector.usually ?? 90)
  const count = found?.labels.length ?? classes ?? known?.labels.filter(Boolean).length ?? 1
  const names = found?.labels ?? detector.names ?? (count === 1 ? ['thing'] : (known?.labels ?? numberedLabels(count)))
  const named = found
    ? `names are from ${found.where}`
    : detector.names
      ? `it looks like one for ${detector.names.join(', ')}`
      : known && count > 10
        ? `most likely ${known.name}`
        : count === 1
          ? 'it knows one kind of thing'
          : 'a label file can name them'
  const { masks, points } = partsOf(choice)
  const beside = [masks && 'its mask', points && (choice.turned ? 'the corners of its rotated box' : 'its points')]
    .filter(Boolean)
    .join(' and ')
  for (const output of outputs) {
    if (output.tensor === detector.output) {
      Object.assign(output, {
        as: 'things',
        labels: names,
        detector: choice,
        ...(detector.minScore !== undefined && { minScore: detector.minScore }),
        ...(pointNames && { pointNames }),
        confidence: note ? 'guess' : 'likely',
        why: `It is the table of a detector (${kind}) that finds ${count === 1 ? 'one kind' : `${count} kinds`} of things${beside && `, each with ${beside}`}; ${named}${note ? `; ${note}` : ''}.`,
      })
      delete output.picture
    } else if (output.as !== 'state' && (isRead(choice, output.tensor) || !isWhole(output, picture))) {
      output.as = 'unused'
      output.confidence = 'likely'
      output.why =
        output.tensor === choice.prototypes
          ? 'Its planes are mixed into the masks of the things.'
          : isRead(choice, output.tensor)
            ? 'It is read together with the things.'
            : "It is left out, because a detector's node outputs only its things. To get this output instead, leave the things out."
      delete output.picture
    }
  }
  // The names that the detection task uses for its picture and its outputs.
  for (const output of outputs) if (/^(output|instances)$/.test(output.name)) output.name += '_map'
  picture.name = 'image'
  if (picture.picture) Object.assign(picture.picture, { fit: detector.stretches ? 'stretch' : 'letterbox', ...size })
}
