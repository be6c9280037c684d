import { choice, defineNode, flag, maybeNumber, name, number, stored, text } from '../../src/settings'

const port = { min: 0, max: 65_535, whole: true }
const few = { width: '20%' }
const pathRule = { pattern: /^[\s\w./~-]*$/, rule: 'contain only letters, digits, "-", "_", "." and "/"' }
const colorRule = { pattern: /^\s*(#([0-9a-f]{3}|[0-9a-f]{6}))?\s*$/i, rule: 'be a colour such as #3c7d35' }
const commandRule = { pattern: /^\s*[\w-]*\s*$/, rule: 'contain only letters, digits, "-" and "_"' }

/** Publishes the flow after it as a model. */
export const serveIn = defineNode({
  type: 'daisychain-serve-in',
  label: 'serve in',
  texts: 'serve',
  color: '#b9d7cf',
  icon: 'daisychain-serve.svg',
  settings: {
    name: name(),
    // Under Node-RED's own HTTP root, or on a separate port.
    where: choice(['node-red', 'port'], { icon: 'plug' }),
    host: text('127.0.0.1', { icon: 'server', width: '40%', example: '127.0.0.1', when: { where: 'port' } }),
    port: number(8000, { beside: true, title: 'port', width: '28%', called: 'the port', ...port }),
    path: text('', { icon: 'link', called: 'the path', ...pathRule }),
    socketIoPort: maybeNumber({
      ...{ icon: 'bolt', label: 'socketIo', hint: 'sameAddress', called: 'the Socket.IO port' },
      ...port,
    }),
    oscPort: maybeNumber({ icon: 'music', label: 'osc', hint: 'off', called: 'the OSC port', ...port }),
    grpcPort: maybeNumber({ icon: 'exchange', label: 'grpc', hint: 'off', called: 'the gRPC port', ...port }),
    origins: text('', { icon: 'window-maximize', hint: 'ownPages' }),
    // Whether it is a tool of the MCP server, for clients with the token.
    agents: flag(false),
    share: flag(true),
    places: number(8, {
      ...{ icon: 'users', unit: 'atOnce', called: 'the number of simultaneous requests' },
      ...{ above: 0, ...few },
    }),
    timeout: number(60, { icon: 'clock-o', unit: 'seconds', called: 'the time limit', above: 0, ...few }),
    limit: number(16, { icon: 'arrows-v', sign: 'MB', called: 'the size limit', above: 0, ...few }),
    command: text('query', { icon: 'terminal', example: 'query', ...commandRule, called: 'the command' }),
    description: text('', { icon: 'comment-o' }),
    title: text('', { heading: 'pageHeading', icon: 'header', hint: 'titleHint' }),
    color: text('', { icon: 'paint-brush', example: '#3c7d35', width: '120px', ...colorRule, called: 'the colour' }),
    picture: text('', { icon: 'picture-o', hint: 'pictureHint' }),
    // The page's inputs: their order, labels, and which are hidden, as [{name, label, hidden}].
    fields: stored([]),
    rate: number(30, {
      ...{ icon: 'tachometer', unit: 'rateUnit', called: 'the runs per minute', min: 0, max: 6000 },
      ...few,
    }),
    keep: number(100, {
      ...{ icon: 'history', unit: 'keepUnit', called: 'the number of kept results', min: 0, max: 10_000, whole: true },
      ...few,
    }),
    disk: flag(false),
  },
  secrets: { token: { after: 'grpcPort', hint: 'everyone' } },
  outputs: 1,
  dialog: ['serve'],
  ports: { portsFrom: 'ports' },
  help: {
    summary:
      'Publishes the flow between this node and <b>serve out</b> as a model that other programs can use over the network.',
    about: `Its inputs are those of the next nodes, its outputs whatever arrives at <b>serve out</b>: you don't need to describe
  anything. Wire <b>StyleGAN</b> and <b>DenseDepth</b> in between, and a client that sends a vector gets a depth map back.`,
    outputs: [
      {
        payload: {
          type: 'any',
          text: `The query's value for the next node; other inputs are in the properties that the nodes use, such as
    <code>msg.truncation</code>.`,
        },
        _query: {
          type: 'string',
          text: 'Identifies the query while several run at the same time. A node that makes new messages must keep it.',
        },
      },
    ],
  },
})

/** The other end of a published flow. */
export const serveOut = defineNode({
  type: 'daisychain-serve-out',
  label: 'serve out',
  texts: 'serve',
  color: '#b9d7cf',
  icon: 'daisychain-serve.svg',
  align: 'right',
  settings: {
    name: name(),
    // Not named `outputs`, because the editor would turn that into a number.
    also: text('', { icon: 'list', hint: 'onlyPayload' }),
    provenance: flag(false),
  },
  inputs: 1,
  dialog: ['serveOut'],
  ports: { inputs: { payload: { type: { type: 'any' }, required: false, help: 'The result.' } } },
  help: {
    summary:
      'The end of a published flow: messages that arrive here are sent back to the client that asked <b>serve in</b>.',
    inputs: {
      payload: {
        type: 'any',
        optional: false,
        text: 'The result. It has the name its node gives it, such as <code>depth_image</code>.',
      },
      complete: {
        type: 'boolean',
        text: '<code>false</code>: a partial result; more will follow. Clients that listen to jobs get it immediately.',
      },
      progress: { type: 'number', text: 'From 0 to 1, sent along with a partial result.' },
      error: {
        type: 'object',
        text: 'Set by a Catch node: the query fails with its message, and with <code>msg.statusCode</code> if present.',
      },
    },
  },
})
