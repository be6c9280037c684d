import assert from 'node:assert/strict'
import { mock } from 'node:test'
import type { NodeAPI } from 'node-red'
import { createFlight } from '../../nodes/shared/in-flight'

type Hook = 'onSend' | 'postDeliver' | 'onComplete' | 'postReceive'

/** Fakes Node-RED's hooks, and messages that pass through nodes. */
function runtime() {
  const hooks = new Map<string, (event: never) => void>()
  const tell = (hook: Hook, event: unknown) => {
    for (const [name, listener] of hooks) if (name.startsWith(`${hook}.`)) listener(event as never)
  }
  return {
    hooks: {
      add: (name: string, listener: (event: never) => void) => hooks.set(name, listener),
      remove: () => hooks.clear(),
    } as unknown as NodeAPI['hooks'],
    deliver: (_msgid: string, id: string, type = 'function', name = '') =>
      tell('postDeliver', { msg: { _msgid }, destination: { id, node: { type, name } } }),
    send: (_msgid: string, id: string) => tell('onSend', [{ msg: { _msgid }, source: { id } }]),
    done: (_msgid: string, id: string) => tell('onComplete', { msg: { _msgid }, node: { id } }),
  }
}

describe('messages in flight', () => {
  const landed: [string, string[]][] = []
  beforeEach(() => {
    landed.length = 0
    mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })
  })
  afterEach(() => mock.timers.reset())

  function start() {
    const red = runtime()
    const flight = createFlight(red.hooks, (id, forgetful) => landed.push([id, forgetful]))
    const follow = (id: string, node: string, type?: string, name?: string) =>
      flight.follow(id, () => red.deliver(id, node, type, name))
    return { ...red, flight, follow }
  }
  const pass = (seconds: number) => mock.timers.tick(seconds * 1000)

  it('names a node that is silent for ten seconds, once, and waits only briefly for it from then on', () => {
    const { follow, deliver, done, flight } = start()
    follow('a', 'forgets', 'function', 'my function')
    pass(9)
    assert.deepEqual(landed, [])
    pass(1.1)
    assert.deepEqual(landed, [['a', ['my function']]])
    follow('b', 'forgets')
    pass(1.1)
    assert.deepEqual(landed[1], ['b', []])
    flight.follow('c', () => {
      deliver('c', 'forgets')
      deliver('c', 'other')
    })
    pass(5)
    assert.equal(landed.length, 2)
    done('c', 'other')
    pass(1.1)
    assert.deepEqual(landed[2], ['c', []])
  })

  it('counts what such a node sends as its done, and waits for the messages after it', () => {
    const { follow, deliver, send, done } = start()
    follow('a', 'forgets', 'other-package')
    pass(10.1)
    follow('b', 'forgets', 'other-package')
    send('b', 'forgets')
    deliver('b', 'model', 'daisychain-densedepth')
    pass(60)
    assert.deepEqual(landed, [['a', ['other-package']]])
    done('b', 'model')
    assert.deepEqual(landed[1], ['b', []])
  })

  it('waits ten minutes for nodes that always call done, and for one that was only slow', () => {
    const { follow, done, deliver, flight } = start()
    follow('a', 'model', 'daisychain-onnx')
    follow('b', 'wait', 'delay')
    follow('c', 'call', 'link call')
    flight.follow('d', () => {
      deliver('d', 'model', 'daisychain-onnx')
      deliver('d', 'slow')
    })
    follow('e', 'slow')
    pass(500)
    assert.deepEqual(landed, [['e', ['function']]])
    done('e', 'slow')
    follow('f', 'slow')
    pass(90)
    assert.equal(landed.length, 1)
    pass(20)
    assert.deepEqual(landed.map(([id]) => id).sort(), ['a', 'b', 'c', 'd', 'e'])
    done('f', 'slow')
    assert.deepEqual(landed.at(-1), ['f', []])
  })
})
