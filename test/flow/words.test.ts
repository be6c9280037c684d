import assert from 'node:assert/strict'
import { allDeclarations } from '../../src/declarations'
import { checkFlow, type NodeDeclaration, readFlow } from '../../src/flow'
import { type PortType, textList } from '../../src/types'

const reads: NodeDeclaration = {
  inputs: { payload: { type: { type: 'category', oneOf: ['cat', 'dog', 'none of these'] } } },
}
const sends = (payload: PortType): NodeDeclaration => ({ outputs: [{ payload }], passes: true })
const declarations = allDeclarations({
  reads,
  words: { outputs: [{ words: { type: 'array', itemType: { type: 'text' } } }], passes: true },
  picture: sends({ type: 'image', channels: 3 }),
})

/** The check's result for the wire after “What is it?”. */
function behind(settings: object, first = 'picture'): { verdict: string; given: PortType | null } {
  const { wires } = checkFlow(
    readFlow([
      { id: 'first', type: 'picture', wires: [['second']] },
      { id: 'second', type: first, wires: [['asks']] },
      { id: 'asks', type: 'daisychain-what-is-it', ...settings, wires: [['reads']] },
      { id: 'reads', type: 'reads', wires: [] },
    ]),
    declarations,
  )
  const { verdict, given } = wires.find(({ to }) => to.id === 'reads') ?? { verdict: 'none', given: null }
  return { verdict, given: given ?? null }
}

describe('words in a setting', () => {
  it('are the possible categories, and none of these', () => {
    assert.equal(behind({ words: 'cat, dog' }).verdict, 'match')
    assert.equal(behind({ words: ['dog'] }).verdict, 'match')
    assert.equal(behind({ words: 'cat\ndog', variant: 'siglip-base' }).verdict, 'match')
    const other = behind({ words: 'cat, dog, a red chair' })
    assert.notEqual(other.verdict, 'match')
    assert.deepEqual(other.given, { type: 'category', oneOf: ['cat', 'dog', 'a red chair', 'none of these'] })
  })

  it('have no effect if there are none, or a message sets others', () => {
    for (const found of [behind({}), behind({ words: '' }), behind({ words: 'cat, dog' }, 'words')])
      assert.deepEqual([found.given, found.verdict], [{ type: 'category' }, 'unknown'])
  })

  it('are separated by line breaks or commas', () => {
    assert.deepEqual(textList(' cat, a red chair ,, dog'), ['cat', 'a red chair', 'dog'])
    assert.deepEqual(textList('one, or two\r\n\nthree\n'), ['one, or two', 'three'])
    assert.deepEqual(textList('猫、犬，鳥'), ['猫', '犬', '鳥'])
    assert.deepEqual(['', ' , \n'].map(textList), [[], []])
  })
})
