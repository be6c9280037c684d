import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tortureAddresses } from '../../scripts/torture/addresses'
import { tortureClients } from '../../scripts/torture/clients'
import { tortureClock } from '../../scripts/torture/clock'
import { tortureDescriptors } from '../../scripts/torture/descriptors'
import { tortureDisk } from '../../scripts/torture/disk'
import { everyNode, type Piece } from '../../scripts/torture/every-node'
import { KINDS, type Recipe } from '../../scripts/torture/hostile'
import { corpus, tortureInputs } from '../../scripts/torture/inputs'
import { tortureMemory } from '../../scripts/torture/memory'
import { tortureMixed } from '../../scripts/torture/mixed'
import { tortureNetwork } from '../../scripts/torture/network'
import { torturePower } from '../../scripts/torture/power'
import { faultOfSentence } from '../../scripts/torture/sentence'
import { tortureServed } from '../../scripts/torture/served'
import { slope } from '../../scripts/torture/slope'
import { uniforms } from '../../src/random'
import { packageFolder } from '../browser/support/versions'

describe('torture', function () {
  this.timeout(600_000)

  it('includes every node of the package', () => {
    const declared = JSON.parse(readFileSync(join(packageFolder, 'dist/declarations.json'), 'utf8')) as object
    const tortured = new Set(everyNode('').map(({ type }) => type))
    // It sends what arrives from the network, which another test covers.
    tortured.add('daisychain-serve-in')
    assert.deepEqual(
      Object.keys(declared).filter((type) => !tortured.has(type)),
      [],
    )
  })

  it('by hostile input: each message is delivered or fails with a sentence, and Node-RED survives', async () => {
    const nodes = everyNode('')
    const recipes = Array.from({ length: Math.max(nodes.length, KINDS.length) }, (_, i): Recipe => {
      const { id } = nodes[i % nodes.length] as Piece
      return { to: id, kind: KINDS[i % KINDS.length] as string, property: 'payload', seed: i }
    })
    const all = [...corpus(), ...recipes]
    const { faults, ends } = await tortureInputs(all)
    assert.deepEqual(faults, [])
    assert.equal(ends.delivered + ends.silent + ends.failed, all.length)
  })

  it('detects nodes that never finish a message, and errors that nobody understands', async () => {
    const nodes = () => [
      { id: 'silent', type: 'function', func: 'if (false) node.done()', outputs: 1 },
      { id: 'raw', type: 'function', func: 'msg.payload.nothing.at(1)', outputs: 1 },
    ]
    const to = (id: string): Recipe => ({ to: id, kind: 'a formula', property: 'payload', seed: 1 })
    const { faults } = await tortureInputs([to('silent'), to('raw')], { nodes, limit: 500 })
    assert.match(faults[0] ?? '', /^the message never came to an end: \{"to":"silent"/)
    assert.match(faults[1] ?? '', /^the error wasn't written for people: it has "(undefined|TypeError|Cannot read)"/)
    assert.equal(faults.length, 2)
  })

  it('by a failing disk: files are complete or absent, and afterwards everything works again', async () => {
    const some = (count: number) => [...new Set([1, count])]
    const { faults, failed } = await tortureDisk({ pick: some, codes: ['EIO'] })
    assert.deepEqual(faults, [])
    assert.equal(Object.keys(failed).length, 9)
  })

  /** The operations that the next three tests make fail; the long form has all of them. */
  const only = ['a picture exported', 'a run in a new lane', 'a file inspected', 'a query answered']

  it('by running out of descriptors: opening fails with a sentence, and afterwards everything works again', async function () {
    if (process.platform !== 'linux') this.skip()
    const { faults, failed } = await tortureDescriptors({ free: [0, 5], only })
    assert.deepEqual(faults, [])
    assert.ok((failed['a run in a new lane'] ?? 0) > 0, JSON.stringify(failed))
  })

  it('by running out of memory: a lane ends or its run fails with a sentence, and Node-RED survives', async function () {
    if (process.platform !== 'linux') this.skip()
    const { faults, failed } = await tortureMemory({ lanes: [2], all: [64], only: ['a model loaded beside another'] })
    assert.deepEqual(faults, [])
    assert.ok((failed['a model loaded beside another'] ?? 0) > 0, JSON.stringify(failed))
  })

  it('by a clock that jumps whenever it is read: nothing fails', async () => {
    const middle = (count: number) => [Math.ceil(count / 2)]
    const { faults } = await tortureClock({ pick: middle, jumps: [5 * 3.6e6, -5 * 3.6e6], only })
    assert.deepEqual(faults, [])
  })

  it('by broken connections: the response is the right one or a sentence, and the next query succeeds', async () => {
    const middle = (count: number) => (count > 0 ? [Math.ceil(count / 2)] : [])
    const { faults, failed } = await tortureNetwork({ pick: middle, breaks: ['resets', 'ends', 'drips'] })
    assert.deepEqual(faults, [])
    // A download continues where it stopped. For the others, two of three permanent breaks, on either side,
    // are reported.
    for (const caller of ['a query of a remote model', 'a run on an inference server'])
      assert.ok((failed[caller] ?? 0) >= 4, JSON.stringify(failed))
  })

  it('by clients that leave, are slow, or flood: all are accounted for, and others are served', async () => {
    const { faults, floods } = await tortureClients({ clients: 4, flood: 100 })
    assert.deepEqual(faults, [])
    assert.ok(Object.keys(floods).length >= 4)
  })

  it('by requests to its addresses: each gets a response, and none an internal error', async () => {
    const { faults, answers } = await tortureAddresses({ random: uniforms(7) })
    assert.deepEqual(faults, [])
    assert.ok(Object.values(answers).reduce((sum, one) => sum + one) > 50)
  })

  it('by requests to all ports of a published flow: each gets a response, and nothing is held up', async () => {
    const { faults, answers, gaps } = await tortureServed({ random: uniforms(3) })
    assert.deepEqual(faults, [])
    assert.ok(Object.values(answers).reduce((sum, one) => sum + one) > 10)
    // The longest gap of each kind, with some tolerance for a busy computer. The long form requires a third
    // of it.
    for (const [at, ms] of Object.entries(gaps)) assert.ok(!(ms > 300), `${at}: ${ms} ms`)
  })

  it('by power cuts: saved data is there, and nothing else remains', async () => {
    const { faults, cuts, kept } = await torturePower({ random: uniforms(2), rounds: 1 })
    assert.deepEqual(faults, [])
    assert.equal(cuts, 1)
    assert.ok(kept >= 1)
  })

  it('by mixed work, killed lanes and a jumping clock: nothing stays open, and no message is lost', async () => {
    const { faults, ends, kills } = await tortureMixed({ random: uniforms(4), isOver: () => false, rounds: 9 })
    assert.deepEqual(faults, [])
    assert.equal(ends.never, undefined)
    assert.equal(
      Object.values(ends).reduce((sum, one) => sum + one),
      90 + 20 * kills,
    )
  })

  it('fits a line', () => {
    assert.equal(
      slope([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
      2,
    )
    assert.equal(
      slope([
        [0, 1],
        [1, 0],
        [2, 1],
      ]),
      0,
    )
    assert.equal(slope([]), 0)
  })

  it('distinguishes sentences from errors for programmers', () => {
    assert.equal(faultOfSentence('payload must be a number (got "NaN"): change it.'), '')
    for (const raw of [
      '',
      'Cannot read properties of null.',
      'pngload: end of stream\nx.',
      'No end',
      '[object Object].',
    ])
      assert.notEqual(faultOfSentence(raw), '', raw)
  })
})
