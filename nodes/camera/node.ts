import { choice, defineNode, flag, name, number, preview, text } from '../../src/settings'

const MAX_SIDE = 8192
const side = { min: 1, max: MAX_SIDE, width: '90px' }

/** Takes pictures with a camera. */
export const node = defineNode({
  type: 'daisychain-camera',
  label: 'camera',
  color: '#f1d9a7',
  icon: 'daisychain-camera.svg',
  settings: {
    name: name(),
    source: choice(['local', 'network', 'browser'], { icon: 'video-camera' }),
    device: text('', { icon: 'usb', hint: 'first', when: { source: 'local' } }),
    address: text('', {
      ...{ icon: 'globe', required: true, example: 'rtsp://user@192.168.1.20/stream1', when: { source: 'network' } },
    }),
    width: number(640, { icon: 'arrows-alt', head: 'size', title: 'width', called: 'the width', ...side }),
    height: number(480, { beside: true, before: '×', title: 'height', called: 'the height', ...side }),
    rate: number(0, { icon: 'film', unit: 'rateUnit', min: 0, max: 60, width: '90px' }),
    latest: flag(true),
    preview: preview(),
  },
  secrets: { password: { after: 'address', hint: 'noPassword', isBound: true, when: { source: 'network' } } },
  inputs: 1,
  outputs: 1,
  button: 'run',
  dialog: ['camera'],
  ports: {
    inputs: {
      control: {
        type: { type: 'category', oneOf: ['start', 'stop'] },
        required: false,
        help: 'Starts or stops the stream; any message without it takes one picture.',
      },
      device: { type: { type: 'text' }, required: false, help: 'Which camera.' },
    },
    outputs: [{ payload: { type: 'image', channels: 3 } }],
    passes: true,
  },
  help: {
    summary: 'Takes pictures with a camera: one per message, or a stream.',
    inputs: {
      control: `Starts or stops the stream, as the node's button does; a stopped stream stays stopped when Node-RED
    restarts. Any message without it takes one picture, as does the button if there is no stream.`,
      device: `The camera for this one picture, such as <code>/dev/video0</code>, or the address of one on the network.`,
    },
    outputs: [{ payload: 'The picture. Cameras use the size closest to the one set here.' }],
  },
})
