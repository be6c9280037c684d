import assert from 'node:assert/strict'
import { createFollower } from '../../nodes/paint/editor/follow'
import { startStroke, type Tool } from '../../nodes/paint/editor/tools'
import { createHistory } from '../../nodes/shared/editor/history'
import { blank } from '../../src/drawing'

describe('the painter', () => {
  it('undoes and redoes, forgets undone changes after a new one, and the oldest beyond its limit', () => {
    const history = createHistory<string>(2)
    assert.equal(history.undo('a'), null)
    history.remember('a')
    history.remember('b')
    assert.equal(history.undo('c'), 'b')
    assert.equal(history.redo('b'), 'c')
    assert.equal(history.redo('c'), null)
    assert.equal(history.undo('c'), 'b')
    history.remember('b')
    assert.deepEqual([history.canUndo, history.canRedo], [true, false])
    history.remember('d')
    assert.equal(history.undo('e'), 'd')
    assert.equal(history.undo('d'), 'b')
    assert.equal(history.undo('b'), null, '"a" is forgotten')
  })

  it('redraws shapes with each move, and continues brush strokes', () => {
    const drawn = (tool: Tool) => {
      const ids = blank(4, 1)
      const stroke = startStroke(tool, ids, { x: 0.5, y: 0.5 }, 1, 1)
      stroke.move({ x: 3.5, y: 0.5 })
      stroke.move({ x: 1.5, y: 0.5 })
      return ids.data.join('')
    }
    assert.equal(drawn('brush'), '1111')
    assert.equal(drawn('eraser'), '1111')
    assert.equal(drawn('line'), '1100')
    assert.equal(drawn('rectangle'), '1100')
    assert.equal(drawn('fill'), '1111')
  })

  it('sends one drawing at a time, and then the latest', async () => {
    const sent: number[] = []
    const answers: (() => void)[] = []
    const follow = createFollower<number>(0, (value) => {
      sent.push(value)
      return new Promise<void>((resolve) => answers.push(resolve))
    })
    for (const value of [1, 2, 3]) follow(value)
    assert.deepEqual(sent, [1])
    answers.shift()?.()
    while (sent.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
    assert.deepEqual(sent, [1, 3])
    follow(4)
    answers.shift()?.()
    while (sent.length < 3) await new Promise((resolve) => setTimeout(resolve, 1))
    assert.deepEqual(sent, [1, 3, 4])
    answers.shift()?.()
  })
})
