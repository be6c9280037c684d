import { defineNode, flag, name, stored } from '../../src/settings'

/** Draws a label map by hand. */
export const node = defineNode({
  type: 'daisychain-paint',
  label: 'paint',
  color: '#b9dcb0',
  icon: 'daisychain-paint.svg',
  settings: {
    name: name(),
    // The drawing, as encoded by `src/drawing`. Empty: a small room.
    map: stored(''),
    labels: stored([]),
    colors: stored([]),
    follow: flag(false),
    preview: flag(true, { beside: true }),
  },
  inputs: 1,
  outputs: 1,
  button: 'dialog',
  dialog: ['paint'],
  ports: {
    inputs: {
      payload: {
        type: { type: 'any' },
        required: false,
        help: 'Any message sends the drawing. If it is a label map, the dialog lets you paint on it.',
      },
    },
    outputs: [{ payload: { type: 'segmentation', labels: { $config: 'labels' } } }],
    passes: true,
    cases: [
      {
        when: { map: '' },
        outputs: [
          {
            payload: {
              type: 'segmentation',
              labels: [
                ...['wall', 'floor', 'rug', 'window', 'picture', 'bed', 'pillow', 'table'],
                ...['lamp', 'plant', 'cat', 'ball'],
              ],
            },
          },
        ],
      },
    ],
  },
  help: {
    summary: 'Draw a label map by hand, for a model that turns it into a picture.',
    inputs: {
      payload: `Any message sends the drawing, as the button of the node does. If it is a label map, the dialog lets you draw
    on.`,
    },
    outputs: [{ payload: 'The drawing: the label of each pixel, with the names and colours of the labels.' }],
  },
})
