import { choice, defineNode, flag, maybeNumber, name, type Titled, text } from '../../src/settings'

/** Shown only for devices with several possible graphics cards. */
const withCards = { device: ['auto', 'cuda', 'tensorrt', 'directml'] }
const field = { width: '30%' }

/** Where and how models run. */
export const node = defineNode({
  type: 'daisychain-engine',
  label: 'engine',
  isConfig: true,
  // Any user name and password are removed from the address.
  title: ({ server, device }: Titled) => `engine: ${String(server || device || 'auto').replace(/:\/\/[^/]*@/g, '://')}`,
  settings: {
    name: name(),
    device: choice(['auto', 'cpu', 'cuda', 'tensorrt', 'directml', 'coreml', 'webgpu', 'wasm'], {
      icon: 'microchip',
      called: "the engine's device",
    }),
    card: maybeNumber({ icon: 'th-large', min: 0, whole: true, hint: 'first', when: withCards, ...field }),
    strict: flag(false),
    isolation: choice(['process', 'thread'], { icon: 'shield' }),
    memory: maybeNumber({ icon: 'database', min: 0, hint: 'unlimited', sign: 'MB', ...field }),
    threads: maybeNumber({ icon: 'random', min: 0, whole: true, hint: 'automatic', ...field }),
    lanes: maybeNumber({ icon: 'columns', min: 0, whole: true, hint: 'automatic', ...field }),
    timeLimit: maybeNumber({ icon: 'clock-o', min: 0, example: '300', sign: 's', ...field }),
    // Addresses separated by commas or spaces.
    server: text('', { icon: 'server', hint: 'here', pattern: /^[\s,]*((http|grpc)s?:\/\/[^\s,]+([\s,]+|$))*$/ }),
    served: text('', { icon: 'tags', example: '{folder}-{file}' }),
  },
  dialog: ['engine'],
  secrets: { token: { after: 'served', isBound: true } },
  help: {
    summary: 'Where and how models run. Nodes with the same settings share one engine, which loads each model once.',
  },
})
