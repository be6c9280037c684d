import {
  choice,
  defineNode,
  flag,
  maybeNumber,
  name,
  number,
  preview,
  property,
  stored,
  type Titled,
  text,
} from '../../src/settings'
import { converters } from '../../src/types'

const MAX_SIDE = 16_384
/** Shows a setting only for these converters. */
const of = (...converters: string[]) => ({ when: { converter: converters } })
const narrow = { width: '100px' }
const side = { min: 1, max: MAX_SIDE, ...narrow }

/** Converts one node's output into what the next one needs. The converters are in `src/types/converters`. */
export const node = defineNode({
  type: 'daisychain-convert',
  label: 'convert',
  color: '#e3d9b8',
  icon: 'daisychain-convert.svg',
  title: ({ _, converter }: Titled) => _(`convert.short.${converter || 'auto'}`),
  settings: {
    name: name(),
    property: property('payload', { icon: 'ellipsis-h' }),
    converter: choice(['auto', ...converters.map(({ id }) => id)], { icon: 'exchange' }),
    // These lists have fields of their own in the dialog.
    labels: stored([], { required: 'length', ...of('labels-from-colors', 'remap-labels') }),
    colors: stored([]),
    choices: stored([]),
    map: stored([]),
    connections: stored([]),
    otherwise: text('', { icon: 'asterisk', hint: 'refuse', ...of('remap-labels', 'choose') }),
    separator: text(', ', { icon: 'link', ...of('join') }),
    index: number(0, {
      icon: 'sort-numeric-asc',
      unit: 'fromZero',
      whole: true,
      ...narrow,
      ...of('pick', 'point-number'),
    }),
    field: text('', { icon: 'dot-circle-o', hint: 'wholeItem', ...of('join', 'pick') }),
    point: number(8, { icon: 'dot-circle-o', unit: 'fromZero', whole: true, ...narrow, ...of('point-number') }),
    measure: choice(['bottom', 'top', 'left', 'distance'], {
      icon: 'arrows-v',
      texts: 'measures',
      ...of('point-number'),
    }),
    other: number(4, { icon: 'circle-o', unit: 'forDistance', whole: true, ...narrow, ...of('point-number') }),
    low: number(0, { icon: 'arrows-h', head: 'range', title: 'low', ...narrow, ...of('point-number') }),
    high: number(1, { beside: true, before: '–', title: 'high', ...narrow }),
    decimals: maybeNumber({
      ...{ icon: 'ellipsis-h', hint: 'all', min: 0, max: 100, whole: true, ...narrow },
      ...of('write-number'),
    }),
    length: maybeNumber({ icon: 'arrows-h', required: true, min: 1, whole: true, ...narrow, ...of('vector-length') }),
    how: choice(['stretch', 'pad', 'cut'], { icon: 'magic', texts: 'ways', ...of('vector-length') }),
    colorMap: choice(['turbo', 'viridis', 'magma', 'grey'], {
      ...{ icon: 'tint', texts: null, width: '45%' },
      ...of('false-color'),
    }),
    invert: flag(false, { beside: true }),
    on: property('image', { icon: 'picture-o', ...of('draw') }),
    width: number(512, { icon: 'arrows-alt', head: 'size', title: 'width', ...side, ...of('draw') }),
    height: number(512, { beside: true, before: '×', title: 'height', ...side }),
    lineWidth: number(0, { icon: 'pencil', unit: 'pixels', min: 0, ...narrow, ...of('draw') }),
    format: choice(['png', 'jpeg', 'webp', 'dataURI', 'base64'], { icon: 'file-image-o', ...of('encode') }),
    quality: number(90, {
      ...{ icon: 'star-half-o', unit: 'lossy', min: 1, max: 100, ...narrow },
      ...of('encode'),
    }),
    rate: number(16_000, {
      icon: 'signal',
      unit: 'hertz',
      min: 1,
      max: 768_000,
      whole: true,
      ...narrow,
      ...of('resample'),
    }),
    start: number(0, { icon: 'step-forward', unit: 'secondsFromStart', ...narrow, ...of('cut-sound') }),
    seconds: maybeNumber({
      icon: 'scissors',
      hint: 'toTheEnd',
      unit: 'seconds',
      min: 0.001,
      ...narrow,
      ...of('cut-sound'),
    }),
    soundFormat: choice(['wav', 'wav-float', 'dataURI'], { icon: 'file-audio-o', ...of('encode-sound') }),
    preview: preview(),
  },
  inputs: 1,
  outputs: 1,
  dialog: ['convert'],
  ports: { outputs: [{ $property: { type: 'any' } }], passes: true },
  help: {
    summary: "Converts one node's output into what the next one needs.",
    inputs: {
      payload: {
        type: 'any',
        optional: false,
        text: 'The value to convert; <b>Property</b> names another message property.',
      },
      image: {
        type: 'image',
        text: 'For <i>Draw</i>: the picture to draw on. <b>Draw on</b> names another property.',
      },
    },
    outputs: [{ payload: 'The converted value, in the same property. The rest of the message stays.' }],
  },
})
