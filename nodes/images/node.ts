import { choice, defineNode, flag, maybeNumber, name, number, preview, type Titled, text } from '../../src/settings'

/** Settings shown only if the source is a path. */
const byPath = { source: ['path', 'watch'] }

/** Sends the pictures of a file, a folder, a video or an upload. */
export const node = defineNode({
  type: 'daisychain-images',
  label: 'images',
  color: '#f1d9a7',
  icon: 'daisychain-images.svg',
  title: ({ source, path }: Titled) => {
    const steps = source === 'upload' ? [] : String(path || '').split(/[\\/]/)
    return steps.filter(Boolean).pop() || 'images'
  },
  settings: {
    name: name(),
    source: choice(['path', 'watch', 'upload'], { icon: 'folder-open' }),
    path: text('', { icon: 'file-image-o', hint: 'pathHint', when: byPath }),
    recursive: flag(true, { when: byPath }),
    frameRate: maybeNumber({
      ...{ icon: 'film', hint: 'allFrames', unit: 'framesPerSecond', width: '80px', called: 'the frame rate' },
      ...{ min: 0, max: 1000, when: { source: ['path', 'upload'] } },
    }),
    limit: number(4, {
      ...{ icon: 'random', unit: 'limitUnit', width: '80px', called: 'the number of pictures in the flow' },
      ...{ min: 1, max: 1000 },
    }),
    megapixels: number(100, {
      ...{ icon: 'arrows-alt', unit: 'megapixelsUnit', width: '80px', called: 'the largest picture' },
      ...{ min: 0.000001, max: 100_000 },
    }),
    numbers: flag(false),
    preview: preview(),
  },
  inputs: 1,
  inputLabel: 'start, stop, resume',
  outputs: ['pictures', 'end'],
  button: 'run',
  dialog: ['images'],
  ports: {
    inputs: {
      control: {
        type: { type: 'category', oneOf: ['start', 'stop', 'resume'] },
        required: false,
        help: 'Start, stop or resume; any message without it starts too.',
      },
      filename: {
        type: { type: 'text' },
        required: false,
        help: "A file, folder or pattern that overrides the node's own.",
      },
    },
    outputs: [
      { payload: { type: 'image' }, filename: { type: 'text' }, relative: { type: 'text' } },
      {
        payload: {
          type: 'record',
          fields: {
            sent: { type: 'number', min: 0 },
            skipped: {
              type: 'array',
              itemType: { type: 'record', fields: { filename: { type: 'text' }, reason: { type: 'text' } } },
            },
            stopped: { type: 'boolean' },
            milliseconds: { type: 'number', min: 0 },
          },
        },
        complete: { type: 'boolean' },
      },
    ],
    passes: true,
  },
  help: {
    summary:
      'Sends pictures, one per message: a file, a folder, new files in a folder, the frames of a video, or uploads.',
    inputs: {
      control: `<i>start</i> begins from the first picture, <i>stop</i> pauses, <i>resume</i> continues from there. A message
    without <code>msg.control</code> starts too; while pictures are being sent, it waits its turn. The button on the left of the
    node does the same: start, stop, resume.`,
      filename: "A path that overrides the node's.",
    },
    outputs: [
      {
        payload:
          'The picture, upright, in 8-bit sRGB; or with its original numbers as floats, if 16-bit pictures keep them.',
        filename: 'Its full path. Frames of <code>clip.mp4</code> are called <code>clip/000001.png</code> and so on.',
        relative: 'Its path below the chosen folder.',
        parts: {
          type: 'object',
          text: 'Lets a <i>join</i> node collect the results of all pictures. The last picture carries the count.',
        },
      },
      {
        payload: `Once all pictures have passed through the flow: how many were <code>sent</code>, which were <code>skipped</code> and why, which
    files of the folder were <code>leftOut</code> because they are not pictures, and whether it was <code>stopped</code> early.`,
        complete: 'True, which finishes the file of an <i>export</i> node wired here.',
      },
    ],
  },
})
