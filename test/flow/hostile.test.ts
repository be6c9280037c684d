import assert from 'node:assert/strict'
import { FlowError, readFlow, reportJson } from '../../src/flow'
import { check, type Entry, verdicts } from './support'

const camera = (wires: unknown, more: object = {}): Entry => ({ id: 'c', type: 'camera', wires, ...more })
const story = (more: object = {}): Entry => ({ id: 's', type: 'gpt2', wires: [[]], ...more })

describe('files that aren’t valid flow files', () => {
  for (const [what, file, sentence] of [
    ['broken JSON', '[{"id":', /^This isn't a flow file: it isn't valid JSON/],
    ['nothing', '', /^This isn't a flow file/],
    ['a number', '7', /a flow file is a list of nodes/],
    ['null', 'null', /a flow file is a list of nodes/],
    ['text', '"flow"', /a flow file is a list of nodes/],
    ['an object', '{"nodes":[]}', /a flow file is a list of nodes/],
    ['a function', () => {}, /a flow file is a list of nodes/],
  ] as const)
    it(what, () => {
      assert.throws(
        () => readFlow(file),
        (error: Error) => error instanceof FlowError && sentence.test(error.message) && error.message.length < 400,
      )
    })

  it('a byte order mark is harmless', () => assert.deepEqual([...readFlow('\uFEFF[]').ids()], []))
  it('the admin API’s form is read', () => {
    assert.deepEqual([...readFlow({ flows: [story()], rev: '1' }).ids()], ['s'])
  })
  it('entries that aren’t nodes are left out', () => {
    assert.deepEqual([...readFlow([null, 7, [], {}, { id: 1, type: 'x' }, { id: 'x' }, story()]).ids()], ['s'])
  })
  it('of two nodes with the same id the first counts', () => {
    assert.deepEqual(verdicts([camera([['s']]), story(), { ...story(), type: 'debug' }]), ['c:0 → s mismatch'])
  })
})

describe('strange flows', () => {
  for (const [what, wires] of [
    ['text', 's'],
    ['a flat list', ['s']],
    ['an object', { 0: ['s'] }],
    ['numbers', [[1, null, {}]]],
    ['nothing', null],
  ] as const)
    it(`wires that are ${what} are no wires`, () => assert.deepEqual(verdicts([camera(wires), story()]), []))

  it('a wire to a missing node is unknown', () => {
    assert.deepEqual(verdicts([camera([['nowhere']])]), ['c:0 → nowhere unknown'])
  })

  it('a wire drawn twice counts once', () => {
    assert.deepEqual(verdicts([camera([['s', 's']]), story()]), ['c:0 → s mismatch'])
  })

  it('a node wired to itself', () => {
    assert.deepEqual(verdicts([story({ wires: [['s']] })]), ['s:0 → s match'])
  })

  it('link nodes that name each other in a circle', () => {
    const flow = [
      camera([['o1']]),
      { id: 'o1', type: 'link out', links: ['i1'] },
      { id: 'i1', type: 'link in', links: ['o1', 'o2'], wires: [['o2', 's']] },
      { id: 'o2', type: 'link out', links: ['i1', 'o1', 'o2'] },
      story(),
    ]
    assert.ok(verdicts(flow).includes('i1:0 → s mismatch'))
  })

  it('a link call that calls itself', () => {
    const flow = [
      camera([['call']]),
      { id: 'call', type: 'link call', links: ['in'], wires: [['s']] },
      { id: 'in', type: 'link in', wires: [['call', 'out']] },
      { id: 'out', type: 'link out', mode: 'return' },
      story(),
    ]
    assert.ok(verdicts(flow).includes('call:0 → s mismatch'))
  })

  it('subflows that contain each other', () => {
    const subflow = (id: string) => ({
      id,
      type: 'subflow',
      in: [{ wires: [{ id: `in-${id}` }] }],
      out: [{ wires: [{ id: `in-${id}`, port: 0 }] }],
    })
    const flow = [
      subflow('A'),
      subflow('B'),
      { id: 'in-A', type: 'subflow:B', z: 'A', wires: [[]] },
      { id: 'in-B', type: 'subflow:A', z: 'B', wires: [[]] },
      camera([['x']]),
      { id: 'x', type: 'subflow:A', wires: [['s']] },
      story(),
    ]
    assert.ok(verdicts(flow).includes('x:0 → s unknown'))
  })

  it('subflows that multiply excessively', () => {
    const flow: Entry[] = []
    for (let level = 0; level < 30; level++) {
      flow.push({
        id: `f${level}`,
        type: 'subflow',
        in: [{ wires: [{ id: `a${level}` }] }],
        out: [{ wires: [{ id: `a${level}`, port: 0 }] }],
      })
      for (const name of ['a', 'b', 'c'])
        flow.push({
          id: `${name}${level}`,
          type: level < 29 ? `subflow:f${level + 1}` : 'delay',
          z: `f${level}`,
          wires: [[]],
        })
    }
    flow.push(camera([['x']]), { id: 'x', type: 'subflow:f0', wires: [['s']] }, story())
    assert.ok(check(flow).wires.length > 0)
  })

  it('an instance of a missing subflow', () => {
    assert.deepEqual(verdicts([camera([['x']]), { id: 'x', type: 'subflow:gone', wires: [['s']] }, story()]), [
      'c:0 → x unknown',
      'x:0 → s unknown',
    ])
  })

  it('invalid ports of a subflow', () => {
    for (const nonsense of [null, 7, 'x', [null], [{ wires: 7 }], [{ wires: [null, { id: 7 }] }]]) {
      const flow = [
        { id: 'f', type: 'subflow', in: nonsense, out: nonsense, env: nonsense },
        camera([['x']]),
        { id: 'x', type: 'subflow:f', env: nonsense, wires: [['s']] },
        story(),
      ]
      assert.ok(check(flow))
    }
  })

  it('a group that contains itself', () => {
    const flow = [
      { id: 'g', type: 'group', g: 'g', env: 'x' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: how flow files name environment variables
      { id: 'l', type: 'latent', g: 'g', length: '${LENGTH}', wires: [['f']] },
      { id: 'f', type: 'stylegan' },
    ]
    assert.deepEqual(verdicts(flow), ['l:0 → f unknown'])
  })

  it('a chain longer than the call stack', () => {
    const flow: Entry[] = [camera([['n0']])]
    for (let i = 0; i < 20_000; i++)
      flow.push({ id: `n${i}`, type: 'junction', wires: [[i === 19_999 ? 's' : `n${i + 1}`]] })
    flow.push(story())
    assert.equal(check(flow).problems.length, 1)
  })

  it('thousands of properties in a loop', () => {
    const flow: Entry[] = []
    for (let i = 0; i < 500; i++)
      flow.push({
        id: `n${i}`,
        type: 'change',
        rules: [{ t: 'set', p: `p${i}`, pt: 'msg', to: 'payload', tot: 'msg' }],
        wires: [[`n${(i + 1) % 500}`]],
      })
    flow.push(camera([['n0']]))
    assert.equal(check(flow).wires.length, 501)
  })

  it('an ever deeper list that a loop builds', () => {
    const flow = [
      camera([['j']]),
      { id: 'j', type: 'join', mode: 'custom', build: 'array', wires: [['j', 's']] },
      story(),
    ]
    assert.ok(check(flow).wires.length > 0)
  })

  it('an ever deeper record that a loop builds', () => {
    const rules = [{ t: 'set', p: 'payload.payload', pt: 'msg', to: 'payload', tot: 'msg' }]
    const flow = [
      { id: 'i', type: 'inject', props: [{ p: 'payload', v: '{}', vt: 'json' }], wires: [['c']] },
      { id: 'c', type: 'change', rules, wires: [['c', 's']] },
      story(),
    ]
    assert.ok(check(flow).wires.length > 0)
  })
})

describe('hostile names', () => {
  const names = [
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '',
    ' ',
    '\0',
    '<script>alert(1)</script>',
    '“quoted”',
    'x'.repeat(1_000_000),
    '\u202Eflow',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: how flow files name environment variables
    '${HOME}',
    '😀'.repeat(100),
  ]

  for (const name of names) {
    const shown = JSON.stringify(name.length > 30 ? `${name.slice(0, 27)}…` : name)

    it(`as id, type, property and label: ${shown}`, () => {
      const flow = [
        { id: name, type: 'inject', props: [{ p: name, v: name, vt: 'str' }], wires: [['c', 's']] },
        {
          id: 'c',
          type: 'change',
          rules: [
            { t: 'set', p: name, pt: 'msg', to: name, tot: 'msg' },
            { t: 'delete', p: name, pt: 'msg' },
          ],
          wires: [[name]],
        },
        { id: 't', type: name, wires: [['s']] },
        { ...story(), name },
        { id: 'x', type: `subflow:${name}`, wires: [[name]] },
      ]
      const report = check(flow)
      assert.equal(JSON.parse(JSON.stringify(reportJson(report))).problems.length, report.problems.length)
      for (const { message } of report.problems) {
        assert.ok(message.length < 600)
        assert.doesNotMatch(message, /[\n\r\0\u202E]/)
      }
    })
  }

  it('don’t change the prototype of objects', () => {
    check(JSON.parse('[{"id":"__proto__","type":"__proto__","__proto__":{"bad":1},"wires":[["__proto__"]]}]'))
    assert.equal(({} as { bad?: number }).bad, undefined)
  })
})
