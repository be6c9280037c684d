import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { checkWire, converters, type PortType, type Verdict } from '../../src/types'
import { anyType, type SampleName, samples } from './samples'
import { sentences } from './sentences'

const verdicts: Record<string, Verdict> = {
  '=': 'match',
  '~': 'adapts',
  c: 'convertible',
  '.': 'mismatch',
  '?': 'unknown',
}

/** The verdict for a wire from each type (row) to each type (column, in the same order). */
const matrix: Record<SampleName, string> = {
  any: '=???? ????? ????? ????? ????? ????? ????? ????',
  image: '====c ..ccc ..... ..... ...~. ..... ..... ....',
  grey: '===~c ..ccc ..... ..... ...~. ..... ..... ....',
  rgb: '==~=c ..ccc ..... ..... ...~. ..... ..... ....',
  png: '=~~~= ..ccc ..... ..... ...~. ..... ..... ....',
  picturePath: '=~~~c =.ccc ..... .~~.. ..~~. ..=.. ..... ....',
  segmentation: '=cccc .=??? ..... ..... ..... ..... ..... ....',
  room: '=cccc .==~. ..... ..... ..... ..... ..... ....',
  bigRoom: '=cccc .=c=. ..... ..... ..... ..... ..... ....',
  voc: '=cccc .=..= ..... ..... ..... ..... ..... ....',
  vector: '=.... ..... =??.. ..... .~..? ..... ??... ....',
  vector4: '=.... ..... ==... ..... .~..~ ..... .~... ....',
  vector512: '=.... ..... =.=.. ..... .~... ..... ..... ....',
  number: '=.... ..... ...=? ?c... ..... ..... ..... ....',
  unit: '=.... ..... ...== .c... ..... ..... ..... ....',
  tens: '=.... ..... ...=. =c... ..... ..... ..... ....',
  text: '=.... ..... ...cc c==cc ..~.. ..~?~ ..... ....',
  category: '=.... ..... ...cc c==?? ..~.. ..~?~ ..... ....',
  animal: '=.... ..... ..... .==== ..~.. ..~.~ ..... ....',
  thing: '=.... ..... ..... .==?= ..~.. ..~.~ ..... ....',
  boolean: '=.... ..... ..... ..... =.... ..... ..... ....',
  list: '=.... ..... ???.. .c... .=??? .?... ???.. ....',
  texts: '=.... ..... ..... .cc.. .==.. ..... ..... ....',
  images: '=ccc. ..... ..... ..... .=.=. ..... ..... ....',
  four: '=.... ..... ==.cc cc... .=..= ..... .=... ....',
  instance: '=ccc. ..... ...cc .cccc ..... =~... .c... ....',
  instances: '=ccc. ..... ...cc .cccc .=... c=... .c... ....',
  file: '=~~~c =.ccc ..... .~~.. ..~~. ..=?. ...~~ ??cc',
  onnx: '=???. ?.... ..... .~~.. ..~?. ..==. ...?? ??..',
  folder: '=.... ..... ..... .~~.. ..~.. ....= ..... ....',
  point: '=ccc. ..... ~.... ..... .~... ..... =.... ....',
  box: '=ccc. ..... ~~... ..... .~..~ ..... .=... ....',
  pose: '=ccc. ..... ..... ..... .~... ..... c.=.. ....',
  audio: '=.... ..... c.... ..... ..... ..... ...== ??cc',
  mono: '=.... ..... c.... ..... ..... ..... ...== ~?cc',
  stereo: '=.... ..... c.... ..... ..... ..... ...=~ =?cc',
  brief: '=.... ..... c.... ..... ..... ..... ...== ?=cc',
  wav: '=.... ..... c.... ..... ..... ..... ...~~ ??=c',
  soundUri: '=.... ..... c.... ..... ..... ..... ...~~ ??c=',
}

describe('checkWire', () => {
  const names = Object.keys(samples) as SampleName[]

  for (const [from, row] of Object.entries(matrix) as [SampleName, string][]) {
    it(`judges ${from} to each of ${names.length} types`, () => {
      const signs = row.replace(/ /g, '')
      assert.equal(signs.length, names.length)
      const expected = names.map((to, i) => `${to}: ${verdicts[signs[i] as string]}`)
      assert.deepEqual(
        names.map((to) => `${to}: ${checkWire(samples[from], samples[to]).verdict}`),
        expected,
      )
    })
  }

  for (const [from, to, verdict, message, converter] of sentences) {
    it(`says "${message}"`, () => {
      const judgement = checkWire(from, to)
      assert.equal(judgement.message, message)
      assert.equal(judgement.verdict, verdict)
      assert.equal(judgement.converter?.config.converter, converter)
    })
  }

  it('accepts a wire from every type to itself', () => {
    void fc.assert(
      fc.property(anyType, (type) => assert.equal(checkWire(type, structuredClone(type)).verdict, 'match')),
    )
  })

  it('accepts everything where anything is allowed, and claims nothing if the type is unknown', () => {
    void fc.assert(
      fc.property(anyType, (type) => {
        assert.equal(checkWire(type, { type: 'any' }).verdict, 'match')
        const expected = type.type === 'any' ? 'match' : 'unknown'
        assert.equal(checkWire({ type: 'any' }, type).verdict, expected)
      }),
    )
  })

  it('never throws, says one sentence, and proposes a converter exactly if one would work', () => {
    void fc.assert(
      fc.property(anyType, anyType, (from, to) => {
        const { verdict, message, converter } = checkWire(from, to)
        assert.match(message, /^gives \S.*[^.\s]$/s)
        assert.doesNotMatch(message, /undefined|NaN|\[object|null|Infinity/)
        assert.equal(converter !== null, verdict === 'convertible')
      }),
      { numRuns: 1000 },
    )
  })

  it('proposes only converters that accept the one type and produce the other', () => {
    void fc.assert(
      fc.property(anyType, anyType, (from, to) => {
        const { converter } = checkWire(from, to)
        if (converter) assertBridges(from, to, converter.config)
      }),
      { numRuns: 1000 },
    )
    for (const from of Object.values<PortType>(samples)) {
      for (const to of Object.values<PortType>(samples)) {
        const { converter } = checkWire(from, to)
        if (converter) assertBridges(from, to, converter.config)
      }
    }
  })

  it('says for types it has never heard of that the value decides', () => {
    const stranger = { type: 'point_cloud' } as unknown as PortType
    assert.equal(checkWire(stranger, stranger).verdict, 'match')
    assert.equal(checkWire({ type: 'image' }, stranger).verdict, 'unknown')
    const given = checkWire(stranger, { type: 'image' })
    assert.equal(given.message, 'gives a value of the type "point_cloud", but an image is needed')
  })
})

function assertBridges(from: PortType, to: PortType, config: { converter: string }): void {
  const entry = converters.find(({ id }) => id === config.converter)
  assert.ok(entry)
  assert.ok(entry.accepts(from), `${config.converter} accepts ${from.type}`)
  const onward = checkWire(entry.gives(from, config), to)
  assert.ok(['match', 'adapts', 'unknown'].includes(onward.verdict), onward.message)
}
