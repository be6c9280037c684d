import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4 } from '../browser/support/versions'
import { paint, temporaryFolder, until } from './pictures'

describe('pictures that wait for one another', function () {
  this.timeout(90_000)
  const folder = temporaryFolder()
  let server: Server

  after(async () => {
    await server?.stop()
    folder.remove()
  })

  it('do so through subflows, links, link calls and delays', async () => {
    for (let i = 0; i < 5; i++) await paint(join(folder.path, `${i}.png`))
    const place = { z: 'tab', x: 1, y: 1 }
    const call = (id: string, func: string, wires: string[][]) => ({
      ...place,
      id,
      type: 'function',
      func,
      outputs: 1,
      wires,
    })
    server = await startNodeRed(nodeRed4(), [
      { id: 'tab', type: 'tab', label: 'test' },
      {
        id: 'sub',
        type: 'subflow',
        name: 'later',
        in: [{ x: 1, y: 1, wires: [{ id: 'inner' }] }],
        out: [{ x: 1, y: 1, wires: [{ id: 'inner', port: 0 }] }],
      },
      { ...call('inner', 'setTimeout(() => { node.send(msg); node.done() }, 5)', [[]]), z: 'sub' },
      { ...place, id: 'start', type: 'inject', props: [], wires: [['pictures']] },
      {
        ...place,
        id: 'pictures',
        type: 'daisychain-images',
        path: folder.path,
        limit: 1,
        wires: [['enter'], ['most']],
      },
      call(
        'enter',
        'const now = (flow.get("now") || 0) + 1; flow.set("now", now); flow.set("most", Math.max(now, flow.get("most") || 0)); return msg',
        [['instance']],
      ),
      { ...place, id: 'instance', type: 'subflow:sub', wires: [['call']] },
      { ...place, id: 'call', type: 'link call', links: ['called'], timeout: '5', wires: [['over']] },
      { ...place, id: 'over', type: 'link out', mode: 'link', links: ['there'], wires: [] },
      { ...place, id: 'there', type: 'link in', links: ['over'], wires: [['delay']] },
      {
        ...place,
        id: 'delay',
        type: 'delay',
        pauseType: 'delay',
        timeout: '5',
        timeoutUnits: 'milliseconds',
        wires: [['leave']],
      },
      call('leave', 'flow.set("now", flow.get("now") - 1); flow.set("passed", (flow.get("passed") || 0) + 1)', [[]]),
      { ...place, id: 'called', type: 'link in', links: [], wires: [['return']] },
      { ...place, id: 'return', type: 'link out', mode: 'return', links: [], wires: [] },
      call(
        'most',
        'msg.payload = { filename: "", sent: msg.payload.sent, passed: flow.get("passed"), most: flow.get("most") }; delete msg.complete; return msg',
        [['save']],
      ),
      {
        ...place,
        id: 'save',
        type: 'daisychain-export',
        format: 'jsonl',
        folder: folder.path,
        file: 'seen',
        limit: 1,
        wires: [[]],
      },
    ])
    await fetch(`${server.url}/inject/start`, { method: 'POST' })
    const seen = await until(() => {
      try {
        return readFileSync(join(folder.path, 'seen.jsonl'), 'utf8')
      } catch {
        return null
      }
    })
    assert.deepEqual(JSON.parse(seen), { filename: '', sent: 5, passed: 5, most: 1 })
  })

  it('name a node that never calls done, and continue', async () => {
    const place = { z: 'tab', x: 1, y: 1 }
    const func = (id: string, func: string, wires: string[][], name = '') => ({
      ...{ ...place, id, name, type: 'function', func, outputs: 1, wires },
    })
    await server.setFlows([
      { id: 'tab', type: 'tab', label: 'test' },
      { ...place, id: 'start', type: 'inject', props: [], wires: [['pictures']] },
      {
        ...place,
        id: 'pictures',
        type: 'daisychain-images',
        path: join(folder.path, '*.png'),
        limit: 2,
        wires: [['sends', 'keeps'], ['end']],
      },
      func('sends', 'setTimeout(() => node.send(msg), 5); if (msg.last) node.done()', [['work']], 'sends on'),
      func('keeps', 'if (msg.last) node.done()\nreturn', [[]]),
      func('work', 'setTimeout(() => { flow.set("worked", (flow.get("worked") || 0) + 1); node.done() }, 5)', [[]]),
      func(
        'end',
        'msg.payload = {sent: msg.payload.sent, worked: flow.get("worked")}; delete msg.complete; return msg',
        [['save']],
      ),
      {
        ...place,
        id: 'save',
        type: 'daisychain-export',
        format: 'jsonl',
        folder: folder.path,
        file: 'forgetful',
        limit: 1,
        wires: [[]],
      },
    ])
    const before = server.output().length
    await fetch(`${server.url}/inject/start`, { method: 'POST' })
    const seen = await until(() => {
      try {
        return readFileSync(join(folder.path, 'forgetful.jsonl'), 'utf8')
      } catch {
        return null
      }
    }, 60)
    const { sent, worked } = JSON.parse(seen)
    assert.deepEqual([sent, worked], [5, 5])
    const said = server
      .output()
      .slice(before)
      .match(/“.+” never reported a message as done/g)
    assert.deepEqual(said?.sort(), [
      '“function” never reported a message as done',
      '“sends on” never reported a message as done',
    ])
  })
})
