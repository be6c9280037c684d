import assert from 'node:assert/strict'
import fc from 'fast-check'
import { packetsIn } from '../../src/serving/live/packets-in'

/** Packets as Engine.IO's clients encode them. */
const forms = {
  'since 2020': (packets: string[]) => packets.join('\x1e'),
  'until 2020': (packets: string[]) => packets.map((packet) => `${packet.length}:${packet}`).join(''),
  'until 2020, in bytes': (packets: string[]) =>
    Buffer.concat(
      packets.map((packet) => {
        const bytes = Buffer.from(packet)
        return Buffer.concat([Buffer.from([0, ...`${bytes.length}`].map(Number)), Buffer.from([255]), bytes])
      }),
    ),
}
const protocolOf = (form: string) => (form === 'since 2020' ? 4 : 3)

describe("packets in the body of Socket.IO's requests", () => {
  const packet = fc.string({ unit: fc.constantFrom('4', '2', '[', '"', ':', 'ä', '🐻', '7:', ' '), minLength: 1 })

  it('are counted', () => {
    for (const [form, write] of Object.entries(forms))
      fc.assert(
        fc.property(fc.array(packet, { maxLength: 20 }), (packets) => {
          assert.equal(packetsIn(write(packets), protocolOf(form), 1000), packets.length, form)
        }),
      )
  })

  it('are counted only until there are too many, and bodies that can’t be split count as too many', () => {
    for (const [form, write] of Object.entries(forms)) {
      const many = write(Array.from({ length: 100_000 }, () => '42["x"]'))
      assert.equal(packetsIn(many, protocolOf(form), 50), 51, form)
    }
    for (const body of ['1'.repeat(100_000), ':', 'x:4', '-1:4']) assert.ok(packetsIn(body, 3, 50) > 50, body)
    for (const body of [Buffer.alloc(1000), Buffer.alloc(1000, 9)]) assert.ok(packetsIn(body, 3, 50) > 50)
  })
})
