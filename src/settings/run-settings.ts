import { choice, flag, maybeNumber, number, settingsNode } from './setting'

const format = choice(['value', 'png', 'jpeg', 'webp', 'dataURI'], {
  icon: 'picture-o',
  label: 'common.format',
  texts: 'common.formats',
  called: 'the form to send pictures in',
})

/** The settings for running a model. The defaults suit most flows. */
const folded = 'common.advanced'

/** The settings of all nodes that run models. */
export const runSettings = {
  queue: choice(['all', 'latest', 'drop'], {
    icon: 'inbox',
    label: 'common.queue',
    texts: 'common.queues',
    width: '45%',
  }),
  limit: number(50, {
    min: 1,
    beside: true,
    title: 'common.limit',
    width: '23%',
    when: { queue: 'all' },
    called: 'the queue limit',
  }),
  engine: settingsNode('daisychain-engine', { icon: 'microchip', label: 'common.engine', folded }),
  whileStopped: choice(['keep', 'refuse'], {
    icon: 'stop',
    label: 'common.whileStopped',
    texts: 'common.stopped',
    folded,
  }),
  restart: choice(['running', 'asLeft', 'stopped'], {
    icon: 'power-off',
    label: 'common.restart',
    texts: 'common.restarts',
    folded,
  }),
  loadAtDeploy: flag(false, { label: 'common.loadAtDeploy', folded }),
  idle: maybeNumber({
    min: 0,
    folded,
    icon: 'moon-o',
    label: 'common.idle',
    hint: 'common.idleHint',
    unit: 'common.idleUnit',
    width: '80px',
    called: 'the time until the model is unloaded',
  }),
  preview: flag(true, { label: 'common.preview' }),
}

/** The settings of nodes that write text. */
export const textSettings = { stream: flag(false, { label: 'common.stream' }), ...runSettings }

/** The settings of nodes that speak text. */
export const speechSettings = { stream: flag(false, { label: 'common.streamSpeech' }), ...runSettings }

/** The settings of nodes that make pictures. */
export const pictureSettings = { format, ...runSettings }
