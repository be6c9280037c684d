import { defineNode, flag, name, number, preview, text } from '../../src/settings'

const narrow = { width: '100px' }

/** Turns text into speech with the eSpeak NG installed on the user's computer. */
export const node = defineNode({
  type: 'daisychain-speak',
  label: 'speak',
  color: '#dcb8bf',
  icon: 'daisychain-speak.svg',
  settings: {
    name: name(),
    voice: text('en', { icon: 'language' }),
    speed: number(160, {
      ...{ icon: 'tachometer', unit: 'wordsUnit', called: 'the speed', min: 80, max: 450, ...narrow },
    }),
    pitch: number(50, { icon: 'music', called: 'the pitch', min: 0, max: 99, ...narrow }),
    stream: flag(false),
    preview: preview(),
  },
  inputs: 1,
  outputs: 1,
  ports: {
    inputs: {
      payload: { type: { type: 'text' }, help: 'The text to speak.' },
      voice: { type: { type: 'text' }, required: false, help: 'The voice, instead of the one set in the node.' },
      speed: { type: { type: 'number', min: 80, max: 450 }, required: false, help: 'Words per minute.' },
      pitch: { type: { type: 'number', min: 0, max: 99 }, required: false, help: 'How high the voice is.' },
    },
    outputs: [{ payload: { type: 'audio', channels: 1 } }],
    passes: true,
  },
  help: {
    summary: 'Turns text into speech, with the eSpeak NG installed on this computer.',
    inputs: {
      payload: {
        type: 'string',
        text: 'The text, up to 20,000 characters. While it is still being written (<code>msg.complete</code> is false), nothing is spoken; with <i>Send each sentence</i>, the finished sentences are.',
      },
      voice:
        'A language such as <code>en</code>, <code>de</code> or <code>ja</code>, optionally followed by a kind of voice: <code>en+f3</code>.',
      speed: 'Words per minute, from 80 to 450.',
      pitch: 'How high the voice is, from 0 to 99.',
      stream: {
        type: 'boolean',
        text: '<code>true</code>: sends each sentence as soon as it is spoken, instead of the setting. A query gets everything as one sound.',
      },
    },
    outputs: [
      {
        payload: 'The speech: a mono sound, at 22050 Hz with eSpeak NG’s own voices.',
        complete: {
          type: 'boolean',
          text: 'When sentences are sent one by one: <code>true</code> with the last one.',
        },
      },
    ],
  },
})
