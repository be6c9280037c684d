import { join } from 'node:path'
import { packageFolder } from './versions'

/** Another package, whose nodes declare their types as plain data. */
export const typedNodes = join(packageFolder, 'test/fixtures/typed-nodes')

type Node = { id: string; type: string; [setting: string]: unknown }

const at = (id: string, type: string, x: number, y: number, wires: string[][] = [], more = {}): Node => ({
  id,
  type,
  z: 'tab',
  name: '',
  x,
  y,
  wires,
  ...more,
})

/**
 * A tab with two typed senders (`labels`, `words`), two typed receivers (`show` needs an image, `read` text),
 * a function node of unknown type, and an inject button for each sender. `wires` adds wires between them.
 */
export function typedFlow(wires: Record<string, string[]> = {}): Node[] {
  const inject = { props: [{ p: 'payload' }], payload: 'go', payloadType: 'str', repeat: '', once: false }
  return [
    { id: 'tab', type: 'tab', label: 'Typed' },
    at('press-labels', 'inject', 130, 140, [['labels']], inject),
    at('press-words', 'inject', 130, 240, [['words']], inject),
    at('labels', 'test-labels', 290, 140, [wires.labels ?? []]),
    at('words', 'test-words', 290, 240, [wires.words ?? []]),
    at('unknown', 'function', 290, 340, [wires.unknown ?? []], { func: 'return msg', outputs: 1 }),
    at('show', 'test-show', 650, 180),
    at('read', 'test-read', 650, 300),
    at('plain', 'debug', 650, 400, [], { active: false, tosidebar: true }),
  ]
}
