import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FlowEntry, type Server, startNodeRed } from '../browser/support/server'
import { eachVersion, packageFolder } from '../browser/support/versions'

type Node = { type: string; [setting: string]: unknown }

const fn = (func: string): Node => ({ type: 'function', func, outputs: 1 })
const change = (...rules: object[]): Node => ({ type: 'change', rules })
const set = (p: string, to: string, more: object = {}) => ({ t: 'set', p, pt: 'msg', to, tot: 'msg', ...more })
const image: Node = { type: 'daisychain-adjust' }
const map: Node = { type: 'daisychain-paint' }
const trigger = (more: object): Node => ({
  ...{ type: 'trigger', op1: '', op2: '', op1type: 'nul', op2type: 'pay', duration: '20', units: 'ms', outputs: 1 },
  ...{ bytopic: 'all', topic: 'topic', reset: '', ...more },
})
const filter: Node = { type: 'rbe', func: 'rbe', property: 'payload', septopics: false }
const store = (where: string, name: string) => change({ ...set(name, 'payload'), pt: where })
const fetched = (where: string, name: string, more: object = {}) =>
  change({ ...set('payload', name, more), tot: where })

/** Node-RED's own nodes that copy, keep or compare messages. Each must pass the picture on. */
const chains: Record<string, Node[]> = {
  'change, deep copy': [change(set('payload', 'payload', { dc: true }))],
  'change, deep copy of a label map': [map, change(set('other', 'payload', { dc: true }), set('payload', 'other'))],
  'change, into a record and out of it': [
    change(set('deep.one', 'payload', { dc: true })),
    change(set('payload', 'deep', { dc: true }), set('payload', 'payload.one', { dc: true })),
  ],
  'change, move': [change({ t: 'move', p: 'payload', pt: 'msg', to: 'kept', tot: 'msg' }, set('payload', 'kept'))],
  'change, JSONata': [change(set('payload', 'payload', { tot: 'jsonata' }))],
  'change, JSONata of a record': [
    change(set('payload', '{"a": payload}', { tot: 'jsonata' }), set('payload', 'payload.a')),
  ],
  'trigger, the original message later': [trigger({})],
  'trigger, the latest message later': [trigger({ op2type: 'payl' })],
  'trigger, at once': [trigger({ op1type: 'pay', op2type: 'nul' })],
  'trigger, for each topic': [trigger({ bytopic: 'topic', op2type: 'payl' })],
  delay: [{ type: 'delay', pauseType: 'delay', timeout: '5', timeoutUnits: 'milliseconds', rate: '1' }],
  'delay, rate': [{ type: 'delay', pauseType: 'rate', rate: '100', rateUnits: 'second', nbRateUnits: '1', outputs: 1 }],
  filter: [{ ...filter }],
  'switch by what it is': [
    {
      type: 'switch',
      property: 'payload',
      propertyType: 'msg',
      rules: [{ t: 'istype', v: 'object', vt: 'object' }],
      outputs: 1,
    },
  ],
  'switch by its width': [
    {
      type: 'switch',
      property: 'payload.width',
      propertyType: 'msg',
      rules: [{ t: 'eq', v: '2', vt: 'num' }],
      outputs: 1,
    },
  ],
  'context in memory': [store('flow', 'kept'), fn('msg.payload = 0; return msg'), fetched('flow', 'kept')],
  'context in memory, deep copy': [store('global', 'kept'), fetched('global', 'kept', { dc: true })],
  'context in memory, by a function': [
    fn('flow.set("mine", {one: msg.payload}); msg.payload = RED.util.cloneMessage(flow.get("mine")).one; return msg'),
  ],
  'context on the disk, before a restart': [
    store('flow', '#:(file)::kept'),
    fetched('flow', '#:(file)::kept', { dc: true }),
  ],
  'split and join': [
    fn('msg.payload = [msg.payload, 7]; return msg'),
    { type: 'split', arraySplt: '1', arraySpltType: 'len', splt: '\\n', spltType: 'str' },
    { type: 'join', mode: 'auto' },
    fn('msg.payload = msg.payload[0]; return msg'),
  ],
  'join by hand': [
    { type: 'join', mode: 'custom', build: 'array', property: 'payload', propertyType: 'msg', count: '1', timeout: '' },
    fn('msg.payload = msg.payload[0]; return msg'),
  ],
  'a clone of a clone': [fn('msg.payload = RED.util.cloneMessage(RED.util.cloneMessage(msg).payload); return msg')],
  spread: [fn('msg.payload = {...msg.payload, note: 1}; return msg')],
  assign: [
    fn('msg.payload = Object.assign({}, msg.payload); return msg'),
    change(set('payload', 'payload', { dc: true })),
  ],
  'written into on another branch': [
    fn('msg.kept = msg.payload; flow.set("keptByIt", msg.payload); return msg'),
    fn('for (let i = 0; i < 6; i++) msg.payload.data[i] = 99; return msg'),
    fn('if (msg.payload.data[0] !== 99) throw new Error("not written"); msg.payload = msg.kept; return msg'),
    fn('if (flow.get("keptByIt").data[0] !== 1) throw new Error("written into"); return msg'),
  ],
  'new numbers': [
    fn('const {data} = msg.payload; msg.payload = {...msg.payload, data: data.map((n) => n)}; return msg'),
  ],
}

for (const version of eachVersion())
  describe(`pictures and label maps in Node-RED's own nodes, Node-RED ${version.name}`, function () {
    this.timeout(120_000)
    let server: Server
    let kept: string
    const names = Object.keys(chains)
    const contextStorage = {
      default: { module: 'memory' },
      file: { module: 'localfilesystem', config: { flushInterval: 1 } },
    }
    const start = (prepare?: (folder: string) => void) =>
      startNodeRed(version.find(), flow(), [packageFolder], {}, prepare, { contextStorage })

    before(async () => {
      kept = mkdtempSync(join(tmpdir(), 'daisychain-context-'))
      server = await start()
    })
    after(async () => {
      await server?.stop()
      rmSync(kept, { recursive: true, force: true })
    })

    function flow(): FlowEntry[] {
      const at = { z: 'tab', x: 1, y: 1 }
      const say = fn(`const p = msg.payload
        msg.payload = {type: p.type, width: p.width, data: p.data && [...p.data.subarray(0, 6)], labels: p.labels && p.labels.length}
        return msg`)
      const chain = (name: string, url: string, nodes: Node[]): FlowEntry[] =>
        [{ type: 'http in', url, method: 'get' }, ...nodes, { type: 'http response' }].map((node, i, all) => ({
          ...{ ...at, wires: i + 1 < all.length ? [[`${name} ${i + 1}`]] : [], ...node, id: `${name} ${i}` },
        }))
      const made = fn(
        'msg.payload = {width: 2, height: 1, channels: 3, data: Buffer.from([1, 2, 3, 4, 5, +msg.req.query.last || 6])}; return msg',
      )
      return [
        { id: 'tab', type: 'tab', label: 'test' },
        // One of our nodes must be able to read the result.
        ...names.flatMap((name, i) =>
          chain(name, `/${i}`, [
            made,
            image,
            ...(chains[name] as Node[]),
            ...(chains[name]?.includes(map) ? [] : [image]),
            say,
          ]),
        ),
        ...chain('after', '/after', [fetched('flow', '#:(file)::kept'), image, say]),
        ...chain('count', '/count', [fn('msg.payload = {passed: flow.get("passed") || 0}; return msg')]),
        { ...at, id: 'passed', ...fn('flow.set("passed", (flow.get("passed") || 0) + 1)'), wires: [] },
        { ...at, id: 'catcher', type: 'catch', scope: null, wires: [['sentence']] },
        {
          ...at,
          id: 'sentence',
          ...fn('msg.payload = msg.error.message; msg.statusCode = 500; return msg'),
          wires: [['answer']],
        },
        { ...at, id: 'answer', type: 'http response', wires: [] },
        ...chain('filtered', '/filtered', [
          made,
          image,
          { ...fn('return [msg, {...msg, payload: 1}]'), outputs: 2, wires: [['into'], ['filtered 4']] },
          fn('return msg'),
        ]),
        { ...at, id: 'into', ...filter, wires: [['passed']] },
      ] as FlowEntry[]
    }

    for (const [i, name] of names.entries())
      it(name, async () => {
        const answer = await (await fetch(`${server.url}/${i}`)).json()
        if (chains[name]?.includes(map)) {
          assert.equal(answer.type, 'segmentation')
          assert.ok(answer.labels > 1 && answer.data.length === 6, JSON.stringify(answer))
        } else assert.deepEqual(answer, { type: 'image', width: 2, data: [1, 2, 3, 4, 5, 6] })
      })

    it('distinguishes pictures by their pixels in a filter', async () => {
      const passed: number[] = []
      for (const last of [6, 6, 7, 7, 6]) {
        await (await fetch(`${server.url}/filtered?last=${last}`)).text()
        passed.push((await (await fetch(`${server.url}/count`)).json()).passed)
      }
      assert.deepEqual(passed, [1, 1, 2, 2, 3])
    })

    it('reports what a context on disk has lost after a restart, and how to keep it', async () => {
      const folder = join(server.folder, 'context')
      const isKept = () =>
        existsSync(folder) &&
        readdirSync(folder, { recursive: true }).some(
          (name) =>
            /flow\.json$/.test(String(name)) && readFileSync(join(folder, String(name)), 'utf8').includes('summary'),
        )
      while (!isKept()) await new Promise((resolve) => setTimeout(resolve, 50))
      cpSync(folder, kept, { recursive: true })
      await server.stop()
      server = await start((userDir) => cpSync(kept, join(userDir, 'context'), { recursive: true }))
      const answer = await fetch(`${server.url}/after`)
      assert.equal(answer.status, 500)
      assert.match(
        await answer.text(),
        /^payload is only the summary of a picture \(image 2×1 RGB\): its pixels were lost .+ to keep them, put a convert node set to "encode" before the node that stores/,
      )
    })
  })
