import { choice, defineNode, maybeNumber, name, number, stored, text } from '../../src/settings'

const kept = { sends: ['points', 'walk'] }
const moves = { sends: ['walk', 'wander'] }
const random = ['random', 'wander']
const narrow = { width: '90px' }

/** Sends vectors: random ones, chosen points, or a walk between them. */
export const node = defineNode({
  type: 'daisychain-latent',
  label: 'latent',
  color: '#d3c6ee',
  icon: 'daisychain-latent.svg',
  settings: {
    name: name(),
    // Random vectors, the kept points, a walk between these, or a random walk.
    sends: choice(['random', 'points', 'walk', 'wander'], {
      icon: 'paper-plane-o',
      texts: 'sendsChoices',
      called: 'what is sent',
    }),
    // One vector per message; automatically at a rate; or a whole walk, as fast as the flow allows.
    pace: choice(['step', 'play', 'whole'], { icon: 'clock-o', texts: 'paceChoices', called: 'the timing' }),
    seconds: number(2, {
      ...{ icon: 'arrows-h', unit: 'secondsUnit', called: 'the time from point to point', ...narrow },
      ...{ min: 0.01, max: 86_400, when: [moves, { pace: 'play' }] },
    }),
    rate: number(12, {
      ...{ icon: 'film', unit: 'rateUnit', called: 'the rate', ...narrow },
      ...{ min: 0.01, max: 60, when: moves },
    }),
    easing: choice(['even', 'smooth'], {
      ...{ icon: 'line-chart', texts: 'easingChoices', called: 'the movement', when: moves },
    }),
    end: choice(['loop', 'once', 'bounce'], {
      ...{ icon: 'repeat', texts: 'endChoices', called: 'the end', when: kept },
    }),
    stops: number(6, {
      ...{ icon: 'map-marker', unit: 'stopsUnit', called: 'the number of points', ...narrow },
      ...{ min: 1, max: 10_000, when: { sends: random, pace: 'whole' } },
    }),
    // Empty: a new seed for each message.
    seed: text('', { icon: 'random', hint: 'fresh', when: { sends: random } }),
    // Length of the vectors. Empty: as the wired model requires.
    length: maybeNumber({
      icon: 'arrows-h',
      heading: 'vector',
      min: 1,
      whole: true,
      hint: 'wired',
      called: 'the length',
    }),
    mean: maybeNumber({ icon: 'area-chart', hint: 'wiredMean', called: 'the mean' }),
    deviation: maybeNumber({ icon: 'area-chart', hint: 'wiredDeviation', called: 'the deviation' }),
    // Similarity of each stop of a random walk to the previous one. Also used and set by the explorer.
    similarity: number(0.8, { min: 0, max: 1, hidden: true, called: 'the similarity' }),
    points: stored([]),
  },
  inputs: 1,
  outputs: 1,
  dialog: ['latent'],
  ports: {
    inputs: {
      seed: {
        type: { type: 'any' },
        required: false,
        help: 'A number or a word: the same one always gives the same vector.',
      },
      control: {
        type: { type: 'category', oneOf: ['start', 'stop', 'resume', 'next', 'previous'] },
        required: false,
        help: 'start restarts a walk, stop pauses it, resume continues it; next and previous send a kept point.',
      },
      point: {
        type: [{ type: 'text' }, { type: 'number', min: 1 }],
        required: false,
        help: 'A kept point: its name, or its number from 1; numbers in between are points in between.',
      },
      rate: { type: { type: 'number', min: 0.01, max: 60 }, required: false, help: 'Frames per second.' },
      seconds: { type: { type: 'number', min: 0.01 }, required: false, help: 'From one kept point to the next.' },
    },
    outputs: [
      { payload: { type: 'vector', length: { $config: 'length' }, fitted: true, $unless: 'payload' }, control: null },
    ],
    passes: true,
  },
  help: {
    summary: `Sends vectors to a model that imagines things: random ones, points that you chose by their pictures, or a walk between
  them.`,
    inputs: {
      control: {
        type: 'string',
        text: `<code>start</code> restarts a walk, <code>stop</code> pauses it, <code>resume</code> continues it,
    <code>next</code> and <code>previous</code> send the next kept point and the one before.`,
      },
      point: `Sends a kept point, by its name or by its number, from 1. Numbers between two points are points between them: a knob that
    goes from 1 to 3 moves from the first through the second to the third.`,
      seed: {
        type: 'number | string',
        text: `The same seed always gives the same random vector, or the same random walk. Without one they are new each time; the node's
    status shows the seed of a vector, so you can get a good one again.`,
      },
      'rate, seconds': {
        type: 'number',
        text: "In the message that starts a walk: frames per second, and seconds from one point to the next, instead of the node's settings.",
      },
      payload: {
        type: 'array of numbers',
        text: 'Your own vector: it is checked and passed on unchanged. Any other payload only triggers sending.',
      },
    },
    outputs: [
      {
        payload: 'The vector.',
        parts: {
          type: 'object',
          optional: true,
          text: 'If the walk has an end: which part of how many, for <b>export</b> and <b>join</b>.',
        },
      },
    ],
  },
})
