import { blendModes } from '../../src/images'
import { choice, color, defineNode, flag, maybeNumber, name, number, preview, property, text } from '../../src/settings'
import { MASK_TYPES } from '../../src/types'

/** The largest possible side of a picture, in pixels. */
const MAX_SIDE = 16_384
/** Modes that use a mask. */
const masked = { composite: ['cutout', 'replace'] }
const sized = { width: { $config: 'width' }, height: { $config: 'height' } }
const sizedInside = { maxWidth: { $config: 'width' }, maxHeight: { $config: 'height' } }
const whole = ['cover', 'contain', 'fill']
const all = ['none', 'replace', 'blend']

/** The form field for cropping one side, in percent. */
const cut = (side: string, before: string) => ({
  ...{ min: 0, below: 100 },
  ...{ before, hint: side, title: side, width: '58px' },
})
/** 100 means unchanged. */
const percent = { min: 0, max: 1000, step: 1, slider: [0, 200], sign: '%' } as const
const degrees = { min: -3600, max: 3600, step: 1 }

/** Changes the size, shape and colours of a picture. */
export const node = defineNode({
  type: 'daisychain-adjust',
  label: 'adjust',
  color: '#bfe0d2',
  icon: 'daisychain-adjust.svg',
  settings: {
    name: name(),
    property: property('payload', { icon: 'picture-o' }),
    composite: choice(['none', 'cutout', 'replace', 'blend'], { icon: 'clone' }),
    maskProperty: property('mask', { icon: 'scissors', label: 'mask', when: masked }),
    labels: text('', { icon: 'tags', hint: 'allLabels', when: masked }),
    invertMask: flag(false, { when: masked }),
    backgroundProperty: property('background', {
      icon: 'picture-o',
      label: 'background',
      when: { composite: ['replace', 'blend'] },
    }),
    color: color('#000000', { icon: 'tint', when: { composite: 'replace' } }),
    blend: choice(blendModes, { icon: 'adjust', width: '45%', when: { composite: 'blend' } }),
    amount: number(100, { beside: true, min: 0, max: 100, title: 'amount', width: '80px', sign: '%' }),
    cropLeft: number(0, { icon: 'crop', head: 'crop', ...cut('left', '←') }),
    cropTop: number(0, { beside: true, ...cut('top', '↑') }),
    cropRight: number(0, { beside: true, ...cut('right', '→') }),
    cropBottom: number(0, { beside: true, ...cut('bottom', '↓') }),
    rotate: number(0, { icon: 'repeat', label: 'turn', unit: 'degrees', ...degrees }),
    flipLeftRight: flag(false, { icon: 'arrows-h', head: 'mirror', label: 'leftRight' }),
    flipTopBottom: flag(false, { beside: true, label: 'topBottom' }),
    width: maybeNumber({ icon: 'arrows-alt', label: 'size', min: 1, max: MAX_SIDE, ...side('width') }),
    height: maybeNumber({ beside: true, before: '×', min: 1, max: MAX_SIDE, ...side('height') }),
    fit: choice(['cover', 'contain', 'inside', 'fill'], { icon: 'compress' }),
    greyscale: flag(false, { icon: 'paint-brush', head: 'colors' }),
    invert: flag(false, { beside: true }),
    hue: number(0, { icon: 'circle-o-notch', ...degrees, slider: [-180, 180], sign: '°' }),
    saturation: number(100, { icon: 'eyedropper', ...percent }),
    brightness: number(100, { icon: 'sun-o', ...percent }),
    blur: number(0, { icon: 'cloud', min: 0, max: 1000, unit: 'pixels' }),
    preview: preview(),
  },
  inputs: 1,
  outputs: 1,
  ports: {
    inputs: {
      $property: { type: { type: 'image' }, help: 'The picture.' },
      adjust: {
        type: { type: 'record', fields: {} },
        required: false,
        help: "Settings that override the node's own.",
      },
    },
    outputs: [{ payload: { type: 'image', ...sized } }],
    passes: true,
    cases: [
      { when: { fit: 'inside' }, outputs: [{ payload: { type: 'image', ...sizedInside } }] },
      {
        when: masked,
        inputs: {
          $maskProperty: {
            type: [...MASK_TYPES],
            help: 'What to keep: a greyscale image (white), a label map, or found instances.',
          },
        },
      },
      { when: { composite: 'replace' }, inputs: { $backgroundProperty: behind(false) } },
      { when: { composite: 'blend' }, inputs: { $backgroundProperty: behind(true) } },
      { when: { composite: 'cutout', fit: whole }, outputs: picture(4, sized) },
      { when: { composite: 'cutout', fit: 'inside' }, outputs: picture(4, sizedInside) },
      { when: { composite: ['replace', 'blend'], greyscale: false, fit: whole }, outputs: picture(3, sized) },
      { when: { composite: ['replace', 'blend'], greyscale: false, fit: 'inside' }, outputs: picture(3, sizedInside) },
      { when: { composite: all, greyscale: true, fit: whole }, outputs: picture(1, sized) },
      { when: { composite: all, greyscale: true, fit: 'inside' }, outputs: picture(1, sizedInside) },
    ],
  },
  help: {
    summary: "Changes a picture's size, shape and colours, removes its background, or blends it with another one.",
    inputs: {
      payload: `The picture; <b>Picture in</b> names another property. An image value, a JPEG, PNG or WebP Buffer, a data URI
    or the path of a file.`,
      mask: {
        type: 'image | label map | instances',
        text: `What to keep when the picture is cut out: white in an image (or the visible part of one with transparency), the
    named labels of a label map, or the instances that a detector found.`,
      },
      background: "The background, or the picture to blend with. It is fitted to the picture's size.",
      adjust: {
        type: 'object',
        text: `Settings that override those of the node, by the names used in flow files, for instance
    <code>{"width": 512, "height": 512, "hue": 90}</code>. <code>crop</code> may be a box
    <code>[left, top, right, bottom]</code> from 0 to 1, as detectors output it.`,
      },
    },
    outputs: [{ payload: 'The adjusted picture: RGBA if cut out, one channel if greyscale.' }],
  },
})

/** A side's field. If it is empty, the side follows from the other one, or stays as it is. */
function side(hint: string) {
  return { hint, title: 'keep', width: '100px' }
}

function behind(required: boolean) {
  return { type: { type: 'image' as const }, help: 'The background.', ...(!required && { required }) }
}

function picture(channels: number, size: object) {
  return [{ payload: { type: 'image' as const, channels, ...size } }]
}
