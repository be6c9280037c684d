import { choice, defineNode, name, number, stored, type Titled, text } from '../../src/settings'

const field = { width: '20%' }

/** Runs a model on another server. */
export const node = defineNode({
  type: 'daisychain-remote',
  label: 'remote',
  color: '#b9d7cf',
  icon: 'daisychain-remote.svg',
  title: ({ model }: Titled) => String(model || 'remote'),
  settings: {
    name: name(),
    url: text('', { required: true, icon: 'server', example: 'http://192.168.1.20:9000' }),
    // The server's protocol; empty until the server has been asked.
    kind: choice(['', 'sdk', 'app', 'hosted', 'open-inference'], {
      icon: 'comments-o',
    }),
    // The command or model, its inputs and outputs for the checker, and the same in words.
    model: stored(''),
    ports: stored(null),
    words: stored(null),
    pictures: choice(['JPEG', 'PNG', 'WEBP'], {
      icon: 'picture-o',
      texts: null,
    }),
    timeout: number(60, { icon: 'clock-o', above: 0, unit: 'seconds', called: 'the time limit', ...field }),
    retries: number(3, { icon: 'repeat', min: 0, unit: 'times', called: 'the number of retries', ...field }),
    queue: choice(['all', 'latest', 'drop'], { icon: 'tasks' }),
    limit: number(50, {
      ...{ icon: 'inbox', unit: 'messages', called: 'the queue limit', ...field },
      ...{ min: 1, when: { queue: 'all' } },
    }),
  },
  secrets: { token: { after: 'kind', hint: 'noToken', isBound: true } },
  inputs: 1,
  outputs: 1,
  dialog: ['remote'],
  ports: { portsFrom: 'ports', passes: true },
  help: {
    summary: 'Uses a model that runs on another computer, in a container, or in another Node-RED.',
    about: `Type the address of its server and press <b>Connect</b>: the node reads the model's inputs and
  outputs from there, and its wires are checked like those of any other model.`,
    inputs: {
      payload: {
        type: "the model's input",
        optional: false,
        text: `Its first picture, text, vector or label map. Other inputs are in properties with their names, such as
    <code>msg.seed</code>.`,
      },
      cancel: { type: 'boolean', text: '<code>true</code> cancels the running query and does nothing else.' },
    },
    outputs: [
      {
        payload: {
          type: "the model's output",
          text: "The model's first picture, text, vector or label map; other outputs are in properties with their names.",
        },
      },
    ],
  },
})
