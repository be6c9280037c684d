import { choice, defineNode, flag, name, number, stored, type Titled, text } from '../../src/settings'

const narrow = { width: '90px' }

/** Receives MIDI controllers' knobs, faders and keys, and OSC messages. */
export const node = defineNode({
  type: 'daisychain-knobs',
  label: 'knobs (MIDI, OSC)',
  color: '#f0c9b8',
  icon: 'daisychain-knobs.svg',
  title: ({ source }: Titled) => (source === 'osc' ? 'OSC' : 'MIDI'),
  settings: {
    name: name(),
    source: choice(['midi', 'osc'], { icon: 'sliders' }),
    device: text('', { icon: 'usb', hint: 'all', when: { source: 'midi' } }),
    port: number(9000, {
      icon: 'plug',
      called: 'the port',
      min: 1,
      max: 65_535,
      whole: true,
      when: { source: 'osc' },
      ...narrow,
    }),
    reach: choice(['computer', 'network'], {
      beside: true,
      title: 'reach',
      texts: 'reaches',
      when: { source: 'osc' },
      width: '45%',
    }),
    rate: number(10, { icon: 'film', unit: 'rateUnit', called: 'the rate', min: 0.1, max: 60, ...narrow }),
    again: flag(true),
    // [{control, option, from, to, step}]: which control sets which option, and the option's range.
    knobs: stored([]),
    // The outputs for the checker. The dialog derives them from the knobs.
    ports: stored(null),
  },
  inputs: 1,
  outputs: ['messages', 'controls'],
  dialog: ['knobs'],
  ports: {
    outputs: [{}, { topic: { type: 'text' }, payload: { type: 'any' } }],
    passes: true,
    portsFrom: 'ports',
    cases: [{ when: { source: 'midi' }, outputs: [{}, { payload: { type: 'number', min: 0, max: 1 } }] }],
  },
  help: {
    summary: `Knobs, faders and keys of a MIDI controller, or anything that sends OSC, set options such as
  <code>truncation</code> or send messages.`,
    about: `Put it before a model, open it, turn a knob, press <b>Done</b> and deploy. Messages that pass through get the options as the
  knobs set them, as <code>msg.truncation</code> and so on.`,
    outputs: [
      {
        '…': {
          type: 'number | string',
          text: 'The options as the knobs set them, in each message that passes through.',
        },
      },
      {
        topic:
          'What was moved: <code>cc/1/7</code> (channel 1, controller 7), <code>note/1/60</code>, or an OSC address.',
        payload: {
          type: 'any',
          text: `For MIDI, a number from 0 to 1, with the bytes in <code>msg.midi</code>. For OSC, its argument; several as a list,
    <code>true</code> if there is none.`,
        },
      },
    ],
  },
})
