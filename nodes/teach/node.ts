import { choice, defineNode, flag, name, number, preview, property, settingsNode, stored } from '../../src/settings'

const classes = { learns: 'classes' }
const share = { type: 'number', min: 0, max: 1 } as const

/** What the node can learn from, as it arrives in messages. */
const things = [
  { type: 'image' },
  { type: 'audio' },
  { type: 'vector' },
  { type: 'image_landmarks' },
  { type: 'segmentation' },
  { type: 'array', itemType: { type: 'any' } },
  { type: 'number' },
] as const

/** Learns from a few examples that it is shown while the flow runs. */
export const node = defineNode({
  type: 'daisychain-teach',
  label: 'teach',
  color: '#f2d58f',
  icon: 'daisychain-teach.svg',
  settings: {
    name: name(),
    property: property('payload', { icon: 'eye' }),
    learns: choice(['classes', 'number', 'numbers'], { icon: 'graduation-cap', texts: 'learnsChoices' }),
    count: number(3, {
      ...{ icon: 'sliders', unit: 'countUnit', called: 'the count of numbers', width: '90px' },
      ...{ min: 2, max: 64, whole: true, when: { learns: 'numbers' } },
    }),
    // Whether input that is unlike all examples is reported as none of the classes.
    unknown: choice(['told', 'nearest'], { icon: 'question-circle-o', texts: 'unknownChoices', when: classes }),
    engine: settingsNode('daisychain-engine', { icon: 'microchip' }),
    // Whether the flow contains the examples, for others who import it. Off by default, because faces are
    // private.
    share: flag(false),
    preview: preview(),
    // The classes that the running node has learned. The editor keeps them up to date, so that the checker
    // knows the output's type.
    classes: stored([]),
    // A file of examples, if the flow contains them.
    examples: stored(''),
  },
  inputs: 1,
  outputs: ['told', 'none'],
  dialog: ['teach'],
  ports: {
    inputs: {
      $property: {
        type: [...things],
        help: 'An example, or the input to recognise: a picture, a sound, a vector, points or a label map.',
      },
      teach: {
        type: [{ type: 'category' }, { type: 'text' }, { type: 'number' }, { type: 'vector' }],
        required: false,
        help: 'What this is an example of: the name of a class; for numbers, the number or a list of them.',
      },
    },
    outputs: [
      {
        payload: { type: 'category', oneOf: { $config: 'classes' } },
        score: share,
        ranked: {
          type: 'array',
          itemType: {
            type: 'record',
            fields: { category: { type: 'category', oneOf: { $config: 'classes' } }, score: share },
          },
        },
      },
      { payload: { type: 'category', oneOf: ['none'] }, score: share },
    ],
    passes: true,
    cases: [
      { when: { learns: 'number' }, outputs: [{ payload: { type: 'number' }, ranked: null }] },
      {
        when: { learns: 'numbers' },
        outputs: [{ payload: { type: 'vector', length: { $config: 'count' } }, ranked: null }],
      },
    ],
  },
  help: {
    summary: `Learns from a few examples that you show it while the flow runs. Then it says which class a message belongs to, or which
  number or numbers it stands for.`,
    inputs: {
      payload: {
        type: 'image | audio | vector | points | label map',
        text: 'An example, or the input to recognise. <b>Input</b> names another message property.',
      },
      teach: {
        type: 'string | number | array',
        text: `Makes the message an example of this class. For numbers: the number, or the list of numbers, that it stands for.
    Such a message is not sent on.`,
      },
    },
    outputs: [
      {
        payload: 'The class, the number, or the numbers.',
        score: `The confidence, from 0 to 1. For numbers: how much of the variation it explained in examples that it had not been
    shown.`,
        ranked: {
          type: 'array',
          text: 'All classes with their scores, most likely first: <code>[{category, score}]</code>.',
        },
      },
      {
        payload: `<code>none</code>, for anything that is unlike all examples. <code>score</code> is then the confidence in the nearest
    class.`,
      },
    ],
  },
})
