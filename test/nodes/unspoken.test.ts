import assert from 'node:assert/strict'
import { createUnspoken, wantsParts } from '../../nodes/shared/unspoken'

describe('text that is spoken while it is written', () => {
  /** The part to speak after each of these stages of a growing text. */
  const spoken = (texts: string[], id = 'a', unspoken = createUnspoken()) =>
    texts.map((text, i) => unspoken({ _msgid: id, complete: i === texts.length - 1 }, text))

  it('is spoken sentence by sentence, each once, when another has begun', () => {
    assert.deepEqual(spoken(['A ca', 'A cat.', 'A cat. It sl', 'A cat. It sleeps. All', 'A cat. It sleeps. All day']), [
      '',
      '',
      'A cat.',
      'It sleeps.',
      'All day',
    ])
  })

  it('doesn’t end in the middle of a number or abbreviation', () => {
    assert.deepEqual(
      spoken(['It is 3.', 'It is 3.14 metres', 'It is 3.14 metres. Dr.', 'It is 3.14 metres. Dr. Who says so.']),
      ['', '', 'It is 3.14 metres.', 'Dr. Who says so.'],
    )
  })

  it('keeps lines separate, also several that arrive at once', () => {
    assert.deepEqual(spoken(['One\nTwo\nThr', 'One\nTwo\nThree']), ['One\nTwo', 'Three'])
  })

  it('is unchanged if nothing was spoken before', () => {
    assert.deepEqual(spoken(['  So “it” is… ']), ['  So “it” is… '])
    assert.deepEqual(spoken(['', 'half', 'half a  sentence ']), ['', '', 'half a  sentence '])
    assert.equal(createUnspoken()({}, 'Without a mark. At all'), 'Without a mark. At all')
  })

  it('is empty at the end if everything was spoken, even if it got shorter', () => {
    assert.deepEqual(spoken(['One. Two. Three', 'One. Two.']), ['One.\nTwo.', ''])
    assert.deepEqual(spoken(['One. Two. Three', 'One. T', 'One.']), ['One.\nTwo.', '', ''])
  })

  it('has something left for its end, even if only punctuation follows', () => {
    assert.deepEqual(spoken(['Hello. World. …', 'Hello. World. … —']), ['Hello.', 'World.'])
  })

  it('may be one of several at the same time', () => {
    const unspoken = createUnspoken()
    const say = (id: string, text: string, complete: boolean) => unspoken({ _msgid: id, complete }, text)
    assert.equal(say('a', 'One. Two', false), 'One.')
    assert.equal(say('b', 'Uno. Dos', false), 'Uno.')
    assert.equal(say('a', 'One. Two. Three', true), 'Two.\nThree')
    assert.equal(say('b', 'Uno. Dos.', true), 'Dos.')
    assert.equal(say('a', 'One. Two.', true), 'One. Two.', 'the same id again, as a new text')
  })

  it('is requested by the message, otherwise by the setting', () => {
    const cases = [
      [undefined, false],
      [undefined, true],
      [false, true],
      ['true', false],
      ['yes', true],
    ] as const
    assert.deepEqual(
      cases.map(([stream, setting]) => wantsParts(stream, setting)),
      [false, true, false, true, false],
    )
  })
})
