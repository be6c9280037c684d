import type { InputChoice, OutputChoice } from './choice'
import type { Detector } from './detector'
import { partsOf } from './detector-ports'
import { knownLabels, numberedLabels } from './labels'
import type { Given } from './output-part'
import { reason } from './reason'

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
  const kinds = count === 1 ? reason`one kind` : reason`${count} kinds`
  const named = found
    ? reason`names are from ${found.where}`
    : detector.names
      ? reason`it looks like one for ${detector.names.join(', ')}`
      : known && count > 10
        ? reason`most likely ${known.name}`
        : count === 1
          ? reason`it knows one kind of thing`
          : reason`a label file can name them`
  const { masks, points } = partsOf(choice)
  const mask = masks ? reason`its mask` : ''
  const places = points ? (choice.turned ? reason`the corners of its rotated box` : reason`its points`) : ''
  const beside = mask && places ? reason`${mask} and ${places}` : mask || places
  const said = note ? `${named}; ${note}` : named
  for (const output of outputs) {
    if (output.tensor === detector.output) {
      Object.assign(output, {
        as: 'things',
        labels: names,
        detector: choice,
        ...(detector.minScore !== undefined && { minScore: detector.minScore }),
        ...(pointNames && { pointNames }),
        confidence: note ? 'guess' : 'likely',
        why: beside
          ? reason`It is the table of a detector (${kind}) that finds ${kinds} of things, each with ${beside}; ${said}.`
          : reason`It is the table of a detector (${kind}) that finds ${kinds} of things; ${said}.`,
      })
      delete output.picture
    } else if (output.as !== 'state' && (isRead(choice, output.tensor) || !isWhole(output, picture))) {
      output.as = 'unused'
      output.confidence = 'likely'
      output.why =
        output.tensor === choice.prototypes
          ? reason`Its planes are mixed into the masks of the things.`
          : isRead(choice, output.tensor)
            ? reason`It is read together with the things.`
            : reason`It is left out, because a detector's node outputs only its things. To get this output instead, leave the things out.`
      delete output.picture
    }
  }
  // The names that the detection task uses for its picture and its outputs.
  for (const output of outputs) if (/^(output|instances)$/.test(output.name)) output.name += '_map'
  picture.name = 'image'
  if (picture.picture) Object.assign(picture.picture, { fit: detector.stretches ? 'stretch' : 'letterbox', ...size })
}
