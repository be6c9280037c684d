import assert from 'node:assert/strict'
import type { Node, NodeAPI } from 'node-red'
import { createStatus } from '../../nodes/shared/status'

describe('the status of a node that runs a model', () => {
  it('is put into words only when it is shown, so a flood of messages costs little', () => {
    let lookedUp = 0
    const shown: string[] = []
    const RED = {
      _: (key: string, { number }: { number?: number }) => {
        lookedUp++
        return [key.split('.').at(-1), number].filter((part) => part !== undefined).join(' ')
      },
    } as unknown as NodeAPI
    const node = { status: ({ text }: { text?: string }) => shown.push(text ?? '') } as unknown as Node
    const status = createStatus(RED, node)
    for (let waiting = 0; waiting < 1000; waiting++) status.started(waiting)
    assert.deepEqual(shown, ['loading'])
    assert.ok(lookedUp < 5, `${lookedUp} words`)
    status.close()
    assert.deepEqual(shown, ['loading', ''])
  })

  it('shows the newest one at last, in the words of its time', async () => {
    const shown: string[] = []
    const RED = { _: (key: string) => key.split('.').at(-1) } as unknown as NodeAPI
    const last = new Promise<void>((done) => {
      const node = {
        status: ({ text }: { text?: string }) => {
          shown.push(text ?? '')
          if (shown.length === 2) done()
        },
      } as unknown as Node
      const status = createStatus(RED, node)
      status.started(0)
      status.started(1)
      // It counts as loaded from here on, but what was shown last is older.
      status.done('cpu', 12, 0, 0)
      status.unloaded()
      status.started(2)
    })
    await last
    assert.equal(shown[0], 'loading')
    assert.match(shown[1] as string, /^loading/)
  })
})
