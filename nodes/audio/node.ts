import { choice, defineNode, flag, maybeNumber, name, number, preview, text } from '../../src/settings'

const narrow = { width: '100px' }
const SOURCES = ['file', 'message', 'local', 'browser', 'speaker'] as const
const HEARD = [...SOURCES].filter((source) => source !== 'speaker')

/** Sends sounds from files, messages and microphones, whole or in pieces, or plays them on a loudspeaker. */
export const node = defineNode({
  type: 'daisychain-audio',
  label: 'audio',
  color: '#dcb8bf',
  icon: 'daisychain-audio.svg',
  settings: {
    name: name(),
    source: choice([...SOURCES], { icon: 'music' }),
    path: text('', { icon: 'folder-open', hint: 'pathHint', when: { source: 'file' } }),
    device: text('', { icon: 'microphone', hint: 'first', when: { source: ['local', 'speaker'] } }),
    seconds: maybeNumber({
      ...{ icon: 'scissors', hint: 'whole', unit: 'secondsUnit', called: 'the length of a piece' },
      ...{ min: 0.02, max: 600, ...narrow, when: { source: HEARD } },
    }),
    overlap: number(0, {
      ...{ icon: 'clone', unit: 'secondsUnit', called: 'the overlap', min: 0, max: 599, ...narrow },
      when: { source: HEARD },
    }),
    sampleRate: maybeNumber({
      ...{ icon: 'signal', hint: 'own', unit: 'hertz', called: 'the sample rate', whole: true },
      ...{ min: 1000, max: 384_000, ...narrow, when: { source: HEARD } },
    }),
    mono: flag(false, { when: { source: HEARD } }),
    latest: flag(true, { when: { source: ['local', 'browser'] } }),
    preview: preview(),
  },
  inputs: 1,
  outputs: 1,
  button: 'run',
  dialog: ['audio'],
  ports: {
    inputs: {
      control: {
        type: { type: 'category', oneOf: ['start', 'stop'] },
        required: false,
        help: 'Starts or stops it; any other message starts a file.',
      },
      filename: { type: { type: 'text' }, required: false, help: 'The file or folder.' },
    },
    outputs: [{ payload: { type: 'audio' }, filename: { type: 'text' }, level: { type: 'number', max: 12.1 } }],
    passes: true,
    cases: [
      {
        when: { source: 'message' },
        inputs: { payload: { type: { type: 'audio' }, help: 'The sound to cut into pieces.' } },
      },
      {
        when: { source: 'speaker' },
        inputs: { payload: { type: { type: 'audio' }, help: 'The sound to play.' } },
        outputs: [{ payload: { type: 'audio' } }],
      },
    ],
  },
  help: {
    summary: 'Sends sounds from files, messages, a microphone or a microphone page; or plays them on a loudspeaker.',
    inputs: {
      control:
        'Starts or stops it, as the node’s button does; a stopped microphone stays stopped when Node-RED restarts.',
      filename: 'The file or folder, instead of the one set in the node.',
      payload: {
        type: 'audio',
        text: 'With <b>From messages</b>: the sound to cut into pieces. With <b>Loudspeaker</b>: the sound to play; sounds are played one after the other.',
      },
    },
    outputs: [
      {
        payload: 'The sound, or a piece of it. A loudspeaker passes the message on when it has played.',
        filename: 'The path, for files.',
        level: { type: 'number', text: 'The largest sample in decibels: 0 is full scale, -90 silence.' },
        parts: {
          type: 'object',
          text: 'Which piece it is: <code>id</code>, <code>index</code> from 0, and <code>start</code> in seconds.',
        },
      },
    ],
  },
})
