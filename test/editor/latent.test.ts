import assert from 'node:assert/strict'
import { createKept } from '../../nodes/latent/editor/kept'
import { type Answer, createPictures, type Wish } from '../../nodes/latent/editor/pictures'
import { decodeVector } from '../../src/latent'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * A fake runtime that responds when the test says so, and records its requests. The picture of [7] is "7".
 */
function runtime() {
  const asked: string[][] = []
  const faults: (string | null)[] = []
  let open: { names: string[]; answer(answer: Answer): void; fail(error: Error): void } | null = null
  let aborted = 0
  const pictures = createPictures(
    (vectors) => {
      const names = vectors.map((text) => decodeVector(text).join())
      asked.push(names)
      const answer = new Promise<Answer>((resolve, reject) => {
        open = { names, answer: resolve, fail: reject }
      })
      return {
        answer,
        abort() {
          aborted++
          open?.fail(new Error('aborted'))
        },
      }
    },
    (fault) => faults.push(fault),
  )
  return {
    pictures,
    asked,
    faults,
    get aborted() {
      return aborted
    },
    /** @param pace milliseconds per picture */
    async answer(pace = 30) {
      const { names, answer } = open as NonNullable<typeof open>
      answer({ pictures: names, milliseconds: pace * names.length })
      await turn()
    },
    async fail(sentence: string) {
      open?.fail(new Error(sentence))
      await turn()
    },
  }
}

describe('pictures in the explorer', () => {
  let shown: string[]
  const wish = (number: number, more: Partial<Wish> = {}): Wish => ({
    vector: [number],
    side: 64,
    rank: 1,
    show: (picture) => shown.push(picture),
    ...more,
  })
  beforeEach(() => {
    shown = []
  })

  it('are requested one request at a time, with more per request the faster the model is', async () => {
    const it = runtime()
    for (let i = 0; i < 12; i++) it.pictures.want(`cell ${i}`, wish(i))
    await it.answer(100)
    assert.deepEqual(it.asked, [['0'], ['1', '2']], 'two of 100 ms in a quarter of a second')
    await it.answer(10)
    await it.answer(2000)
    assert.deepEqual(it.asked.slice(2), [['3', '4', '5', '6', '7', '8', '9', '10'], ['11']])
    await it.answer()
    assert.deepEqual(
      shown,
      Array.from({ length: 12 }, (_, i) => `${i}`),
    )
    assert.equal(it.asked.length, 4)
  })

  it('arrive in the order of their rank', async () => {
    const it = runtime()
    it.pictures.want('grid', wish(1, { rank: 2 }))
    it.pictures.want('map', wish(2, { rank: 3 }))
    it.pictures.want('kept', wish(3, { rank: 2 }))
    it.pictures.want('large', wish(4, { rank: 0, side: 400 }))
    for (let i = 0; i < 4; i++) await it.answer(30)
    assert.deepEqual(it.asked, [['1'], ['4'], ['3'], ['2']])
  })

  it('aren’t made if others are needed by then, and useless requests are aborted', async () => {
    const it = runtime()
    it.pictures.want('a', wish(1))
    it.pictures.want('b', wish(2))
    it.pictures.want('b', wish(3))
    it.pictures.want('a', wish(4))
    assert.equal(it.aborted, 1, 'nobody wants 1 any more')
    await turn()
    for (let i = 0; i < 2; i++) await it.answer(500)
    assert.deepEqual(it.asked, [['1'], ['4'], ['3']])
    assert.deepEqual(shown, ['4', '3'])
    it.pictures.want('c', wish(5))
    it.pictures.forget('')
    await turn()
    assert.equal(it.aborted, 2)
    assert.deepEqual(
      it.faults.filter((fault) => fault !== null),
      [],
      'to end a request is no fault',
    )
  })

  it('follow the pointer even if slightly late, and end with the latest', async () => {
    const it = runtime()
    const large = (number: number) => it.pictures.want('large', wish(number, { evenLate: true }))
    for (let i = 1; i <= 5; i++) large(i)
    await it.answer()
    large(6)
    large(7)
    await it.answer()
    await it.answer()
    assert.deepEqual(shown, ['1', '5', '7'])
    assert.equal(it.aborted, 0)
  })

  it('are cached', async () => {
    const it = runtime()
    it.pictures.want('a', wish(1))
    await it.answer()
    it.pictures.want('b', wish(1))
    assert.deepEqual([shown, it.asked.length], [['1', '1'], 1])
    it.pictures.want('b', wish(1, { side: 400 }))
    assert.equal(it.asked.length, 2, 'in another size they are others')
  })

  it('aren’t requested after an error until they are needed again', async () => {
    const it = runtime()
    for (let i = 0; i < 4; i++) it.pictures.want(`${i}`, wish(i))
    await it.fail('The model is missing.')
    assert.deepEqual([it.asked.length, it.faults, shown], [1, ['The model is missing.'], []])
    it.pictures.want('a', wish(9))
    await it.answer()
    assert.deepEqual([it.faults.at(-1), shown], [null, ['9']])
  })
})

describe('kept points in the explorer', () => {
  it('are moved, copied and removed, with undo, and saved only if they have changed', () => {
    const focused: (number | undefined)[] = []
    const kept = createKept(
      ['a', 'b'].map((name) => ({ name, vector: Float32Array.of(1, 2) })),
      { fresh: (number) => `point ${number}`, none: 'point' },
      (focus) => focused.push(focus),
    )
    const names = () => kept.points.map(({ name }) => name).join()
    assert.equal(kept.changed(), undefined)
    assert.equal(kept.add([3, 4]), 2)
    kept.move(2, 0)
    kept.duplicate(0)
    assert.equal(names(), 'point 3,a,a 2,b')
    kept.remove(1)
    assert.equal(names(), 'point 3,a,a 2')
    kept.rename(2, 'c')
    assert.equal(kept.changed()?.length, 3)
    for (let i = 0; i < 4; i++) kept.undo()
    assert.deepEqual([names(), kept.canUndo, kept.changed()], ['a,b', false, undefined])
    kept.redo()
    assert.equal(names(), 'a,b,point 3')
    assert.deepEqual(focused, [undefined, 2, 3, 3, undefined, undefined, undefined, undefined, undefined])
  })
})
