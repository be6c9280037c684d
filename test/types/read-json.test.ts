import assert from 'node:assert/strict'
import fc from 'fast-check'
import { jsonBudget, readJson, requireShortJson } from '../../src/types/index'

const TOO_MUCH = { name: 'ValueError', message: /^the JSON has too many parts to be read at once/ }
const repeated = (count: number, of: (i: number) => string) => Array.from({ length: count }, (_, i) => of(i)).join(',')
const names = (count: number, from = 0) => `{${repeated(count, (i) => `"n${from + i}":${i}`)}}`

describe('foreign JSON', () => {
  it('is parsed as by JSON.parse, except for the name __proto__', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'proto', '"', '\\', '{', 'a","b":[', ':'))
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), tie('list'), tie('object')),
      list: fc.array(tie('tree'), { maxLength: 4 }),
      object: fc.array(fc.tuple(name, tie('tree')), { maxLength: 4 }),
    }))
    const escaped = (text: string) => text.replace('"__proto__"', '"__pr\\u006fto__"')
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 2), fc.boolean(), (value, space, isEscaped) => {
        const plain = JSON.stringify(value, null, space)
        const text = isEscaped ? escaped(plain) : plain
        const expected = JSON.parse(text, (name, inner) => (name === '__proto__' ? undefined : inner))
        assert.deepEqual(readJson(text), expected)
      }),
      { numRuns: 500 },
    )
  })

  it('throws where JSON.parse does', () => {
    const throws = (read: () => unknown) => {
      try {
        read()
        return null
      } catch (error) {
        return (error as Error).name
      }
    }
    const piece = fc.constantFrom('"', '\\', '{', '}', '[', ']', ':', ',', '1', 'a', ' ', '\\"', '\\\\')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('')
        assert.equal(
          throws(() => readJson(text)),
          throws(() => JSON.parse(text)),
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused if it has so many parts that parsing would hold up everything else', () => {
    for (const [what, text] of Object.entries({
      'an object of many names': names(100_000),
      'names of many objects': `[${repeated(5000, (i) => names(20, i * 20))}]`,
      numbers: `[${repeated(5_000_000, () => '1')}]`,
      'long numbers': `[${repeated(700_000, (i) => `${Math.sin(i)}`)}]`,
      lists: `[${repeated(1_000_000, () => '[]')}]`,
      objects: `[${repeated(1_000_000, () => '{}')}]`,
      nested: `${'['.repeat(600_000)}${']'.repeat(600_000)}`,
      texts: `[${repeated(300_000, (i) => `"${i}"`)}]`,
      'escaped names': names(100_000).replaceAll('"n', '"\\u006e'),
      blanks: `{"a":${' '.repeat(15_000_000)}1}`,
    })) {
      assert.throws(() => readJson(text), TOO_MUCH, what)
      assert.throws(() => requireShortJson(text), TOO_MUCH, what)
    }
  })

  it('is accepted if it is what people send: tables, points, detections, pictures and long text', () => {
    const row = `{${repeated(20, (i) => `"column ${i}":${i}`)}}`
    const quotes = JSON.stringify({ prompt: `${'say "hello", {[\\'.repeat(300_000)}` })
    for (const text of [
      `[${repeated(5000, () => row)}]`,
      `[${repeated(100_000, () => '[0.25,0.75]')}]`,
      `[${repeated(20_000, () => '{"category":"bed","score":0.9,"box":[0,0,1,1]}')}]`,
      `[${repeated(512 * 512 * 3, (i) => `${i % 256}`)}]`,
      `{"image":"data:image/png;base64,${'iVBO'.repeat(4_000_000)}"}`,
      quotes,
    ])
      assert.deepEqual(readJson(text), JSON.parse(text))
  })

  it('has one budget if several strings are parsed at once', () => {
    const budget = jsonBudget()
    const text = names(9000)
    const bytes = Buffer.from(text)
    for (let i = 0; i < 2; i++) readJson(text, bytes, budget)
    assert.throws(() => [1, 2, 3].map(() => readJson(text, bytes, budget)), TOO_MUCH)
  })

  it('stops parsing once a string exceeded the budget, because checking it has used the budget too', () => {
    const budget = jsonBudget()
    requireShortJson(names(15_000), budget)
    assert.throws(() => requireShortJson(names(15_000), budget), TOO_MUCH)
    assert.throws(() => requireShortJson('[1]', budget), TOO_MUCH)
    assert.throws(() => readJson('[1]', Buffer.from('[1]'), budget), TOO_MUCH)
  })
})
