import { defineNode, flag, name, number, stored } from '../../src/settings'

const narrow = { width: '90px' }

/** Moves options from one set of values to another, as cues on a lighting desk do. */
export const node = defineNode({
  type: 'daisychain-cue',
  label: 'cue',
  color: '#f0c9b8',
  icon: 'daisychain-cue.svg',
  settings: {
    name: name(),
    seconds: number(5, {
      ...{ icon: 'clock-o', unit: 'secondsUnit', called: 'the time of a cross-fade', min: 0, max: 86_400, ...narrow },
    }),
    rate: number(10, { icon: 'film', unit: 'rateUnit', called: 'the rate', min: 0.1, max: 60, ...narrow }),
    again: flag(true),
    // [{name, at, values}]: the options that each cue sets, and the time of day at which it starts.
    cues: stored([]),
    // The outputs for the checker. The dialog derives them from the cues.
    ports: stored(null),
  },
  inputs: 1,
  outputs: ['messages', 'values'],
  dialog: ['cue'],
  ports: {
    inputs: {
      cue: {
        type: [{ type: 'text' }, { type: 'number', min: 1 }],
        required: false,
        help: 'The name or the number of the cue to go to. Such a message is not sent on.',
      },
      seconds: {
        type: { type: 'number', min: 0, max: 86_400 },
        required: false,
        help: 'How long this cross-fade takes.',
      },
      control: {
        type: { type: 'category', oneOf: ['next', 'previous', 'stop'] },
        required: false,
        help: 'next and previous go to the next cue and the one before; stop ends the cross-fade where it is.',
      },
    },
    outputs: [{}, { payload: { type: 'record', fields: {} }, cue: { type: 'text' } }],
    passes: true,
    keeps: ['cue', 'control'],
    portsFrom: 'ports',
  },
  help: {
    summary: `Cross-fades options such as <code>truncation</code> from one cue to the next, within a set time: by a message, a key or the
  time of day.`,
    about: `Put it before a model. Messages that pass through get the current options, as
  <code>msg.truncation</code> and so on.`,
    inputs: {
      cue: 'Goes to this cue: its name, or its number from 1. Such a message is not sent on.',
      seconds: 'In a message that goes to a cue: the length of the cross-fade, instead of the setting.',
      control: {
        type: 'string',
        text: `<code>next</code> and <code>previous</code> go to the next cue and the one before, in a circle; <code>stop</code> ends a
    cross-fade where it is.`,
      },
    },
    outputs: [
      { '…': { type: 'number | string', text: 'The current options, in each message that passes through.' } },
      {
        payload: {
          type: 'object',
          text: 'During a cross-fade: all options with their values, for other programs and for lights.',
        },
        cue: 'The name of the cue it goes to.',
      },
    ],
  },
})
