import assert from 'node:assert/strict'
import {
  addExample,
  type Book,
  classLesson,
  EXTRACTORS,
  emptyBook,
  numberLesson,
  readBook,
  thingOf,
  writeBook,
} from '../../src/teach'

const example = (id: number, meaning: string | number[], ...features: number[]) => ({
  id,
  meaning,
  features: Float32Array.from(features),
})
const book = (...examples: Book['examples']): Book => ({ kind: 'vector 2', classes: [], examples })

describe('unusable examples', () => {
  it('are refused in a sentence if there are as many as a node accepts, and the others stay', async () => {
    const full: Book = {
      ...{ kind: 'vector 2', classes: ['a'] },
      examples: Array.from({ length: 20_000 }, (_, i) => example(i + 1, 'a', i, 1)),
    }
    assert.throws(
      () => addExample(full, 'vector 2', example(0, 'a', 1, 2)),
      /^ValueError: this node already has 20000 examples: delete some before you show it more$/,
    )
    const more = writeBook({ ...full, examples: [...full.examples, example(20_001, 'a', 1, 2)] }, EXTRACTORS)
    await assert.rejects(
      readBook(more, 'x', EXTRACTORS),
      /^ValueError: x has 20001 examples: a teach node has at most 20000$/,
    )
    assert.equal((await readBook(writeBook(full, EXTRACTORS), 'x', EXTRACTORS)).examples.length, 20_000)
  })

  it('are reported in a file: with another length than their kind’s, or duplicates', async () => {
    const read = (made: Book) => readBook(writeBook(made, EXTRACTORS), 'x', EXTRACTORS)
    const two = [example(1, 'a', 1, 2), example(2, 'b', 3, 4)]
    assert.equal((await read(book(...two))).examples.length, 2)
    assert.equal((await read({ ...book(...two), kind: 'picture' })).examples.length, 2)
    for (const kind of ['vector 3', 'points 2', 'map 2'])
      await assert.rejects(
        read({ ...book(...two), kind }),
        /^ValueError: x is damaged: its examples have different numbers/,
      )
    await assert.rejects(read(book(...[...two].reverse())), /^ValueError: x is damaged: its examples are not in order/)
    await assert.rejects(read(book(example(1, 'a', 1, 2), example(1, 'b', 1, 3))), /are not in order/)
  })

  it('are named if they have another kind of meaning than is learned', () => {
    const numbers = book(example(1, [1], 1, 2), example(2, [2], 3, 4))
    const classes = book(example(1, 'a', 1, 2), example(2, 'b', 3, 4))
    assert.throws(
      () => classLesson({ ...numbers, classes: ['a'] }),
      /examples stand for numbers, but it learns classes/,
    )
    assert.throws(() => numberLesson(classes, 1), /examples stand for classes, but it learns numbers/)
    assert.throws(() => numberLesson(numbers, 2), /stand for another count of numbers, but it learns numbers/)
    assert.throws(() => numberLesson(emptyBook(), 1), /^ValueError: no examples yet/)
    const same = book(example(1, [1, 7], 1, 2), example(2, [1, 7], 3, 4))
    assert.throws(() => numberLesson(same, 2), /^ValueError: all examples stand for the same number/)
    assert.equal(numberLesson(book(example(1, [1, 7], 1, 2), example(2, [1, 8], 3, 4)), 2).count, 2)
  })

  it('are reported with the invalid number, wherever it is', () => {
    assert.throws(
      () => thingOf([1, Number.POSITIVE_INFINITY]),
      /number 2 of the vector is Infinity, but must be a finite/,
    )
    assert.throws(() => thingOf(Number.NaN), /number 1 of the vector is NaN/)
    const nowhere: [unknown, unknown][] = [
      [1, 2],
      [Number.NaN, 3],
    ]
    for (const value of [nowhere, { landmarks: nowhere }, [{ score: 1, landmarks: nowhere }]])
      assert.throws(() => thingOf(value), /^ValueError: point 2 is \(NaN, 3\), but must have finite numbers$/)
    assert.throws(
      () =>
        thingOf([
          [1, 2],
          ['x', 3],
        ]),
      /must be a picture, a sound, a vector, points or a label map/,
    )
  })
})
