import assert from 'node:assert/strict'
import { type Area, statusRoom } from '../../src/editor/canvas/room-below'

const node: Area = { left: 100, right: 200, top: 50, bottom: 80 }
const at = (left: number, top: number, width = 100, height = 30): Area => ({
  left,
  right: left + width,
  top,
  bottom: top + height,
})

describe('statusRoom', () => {
  const cases: [what: string, others: Area[], room: number][] = [
    ['is without end where nothing is beside the node', [], Number.POSITIVE_INFINITY],
    ['ends at a node beside the status', [at(320, 85)], 220],
    ['ends at a tall node that begins above', [at(320, 0, 100, 200)], 220],
    ['ends at the nearest', [at(500, 85), at(260, 90)], 160],
    ['passes above a node that begins lower', [at(320, 101)], Number.POSITIVE_INFINITY],
    ['passes below a node that ends higher', [at(320, 40, 100, 40)], Number.POSITIVE_INFINITY],
    ['has nothing to do with nodes on its left', [at(0, 85, 90)], Number.POSITIVE_INFINITY],
    ['is as wide as the node at least', [at(150, 85)], 100],
  ]
  for (const [what, others, room] of cases) it(what, () => assert.equal(statusRoom(node, others), room))
})
