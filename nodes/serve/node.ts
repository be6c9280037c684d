import { choice, defineNode, flag, maybeNumber, name, number, stored, text } from '../../src/settings'

const port = { min: 0, max: 65_535, whole: true }
const few = { width: '20%' }
const pathRule = { pattern: /^[\s\w./~-]*$/, rule: 'hold letters, digits, "-", "_", "." and "/" only' }
const colorRule = { pattern: /^\s*(#([0-9a-f]{3}|[0-9a-f]{6}))?\s*$/i, rule: 'be a colour such as #3c7d35' }
const commandRule = { pattern: /^\s*[\w-]*\s*$/, rule: 'hold letters, digits, "-" and "_" only' }

/** Publishes the flow behind it as a model. */
export const serveIn = defineNode({
  type: 'daisychain-serve-in',
  label: 'serve in',
  texts: 'serve',
  color: '#b9d7cf',
  icon: 'daisychain-serve.svg',
  settings: {
    name: name(),
    // Under Node-RED's own HTTP root, or on a port of its own.
    where: choice(['node-red', 'port'], { icon: 'plug' }),
    host: text('127.0.0.1', { icon: 'server', width: '40%', example: '127.0.0.1', when: { where: 'port' } }),
    port: number(8000, { beside: true, title: 'port', width: '28%', called: 'the port', ...port }),
    path: text('', { icon: 'link', called: 'the path', ...pathRule }),
    socketIoPort: maybeNumber({
      ...{ icon: 'bolt', label: 'socketIo', hint: 'sameAddress', called: 'the Socket.IO port' },
      ...port,
    }),
    oscPort: maybeNumber({ icon: 'music', label: 'osc', hint: 'off', called: 'the OSC port', ...port }),
    origins: text('', { icon: 'window-maximize', hint: 'ownPages' }),
    share: flag(true, { width: '65%' }),
    places: number(8, {
      ...{ icon: 'users', unit: 'atOnce', called: 'the number of queries at a time' },
      ...{ above: 0, ...few },
    }),
    timeout: number(60, { icon: 'clock-o', unit: 'seconds', called: 'the time limit', above: 0, ...few }),
    limit: number(16, { icon: 'arrows-v', sign: 'MB', called: 'the size limit', above: 0, ...few }),
    command: text('query', { icon: 'terminal', example: 'query', ...commandRule, called: 'the command' }),
    description: text('', { icon: 'comment-o' }),
    title: text('', { heading: 'pageHeading', icon: 'header', hint: 'titleHint' }),
    color: text('', { icon: 'paint-brush', example: '#3c7d35', width: '120px', ...colorRule, called: 'the colour' }),
    picture: text('', { icon: 'picture-o', hint: 'pictureHint' }),
    // Order, labels, and which inputs the page hides: [{name, label, hidden}].
    fields: stored([]),
    rate: number(30, {
      ...{ icon: 'tachometer', unit: 'rateUnit', called: 'the runs a minute', min: 0, max: 6000 },
      ...few,
    }),
  },
  secrets: { token: { after: 'oscPort', hint: 'everyone' } },
  outputs: 1,
  dialog: ['serve'],
  ports: { portsFrom: 'ports' },
  help: {
    summary:
      'Publishes the flow between this node and <b>serve out</b> as a model that other programs can ask over the network.',
    about: `Its inputs are what the wired nodes want, its outputs what arrives at <b>serve out</b>: nothing has to be described. Wire
  <b>StyleGAN</b> and <b>DenseDepth</b> in between, and whoever sends a vector gets its depth map back.`,
    outputs: [
      {
        payload: {
          type: 'any',
          text: `What a query brings for the first node behind; further inputs are in the properties that the nodes want, such as
    <code>msg.truncation</code>.`,
        },
        _query: {
          type: 'string',
          text: 'Tells queries apart that run at the same time. A node that makes new messages has to keep it.',
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
    // Not called outputs: the editor makes a number of that.
    also: text('', { icon: 'list', hint: 'onlyPayload' }),
  },
  inputs: 1,
  ports: { inputs: {} },
  help: {
    summary: 'The other end of a published flow: what comes here goes back to whoever asked at <b>serve in</b>.',
    inputs: {
      payload: {
        type: 'any',
        optional: false,
        text: 'The result. It is called as the node calls it that made it, such as <code>depth_image</code>.',
      },
      complete: {
        type: 'boolean',
        text: '<code>false</code>: a partial result; more will come. Clients that listen to jobs see it at once.',
      },
      progress: { type: 'number', text: 'From 0 to 1, sent along with a partial result.' },
      error: {
        type: 'object',
        text: 'As a Catch node sets it: the query fails with its message, and with <code>msg.statusCode</code> if there is one.',
      },
    },
  },
})
