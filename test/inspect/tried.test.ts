import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { proposeFile } from '../../src/inspect'
import { withOption } from '../../src/inspect/correct'

const fixture = (name: string) => join(resolve(__dirname, '../../../test/fixtures/inspect'), `${name}.onnx`)

describe('what a trial reveals about a network', function () {
  this.timeout(120_000)

  it('two compared pictures need the same range, and the user is asked which', async () => {
    const { manifest } = await proposeFile(fixture('compared'))
    const { question } = manifest.proposal
    assert.ok(question)
    const ranges = question.options.map((_, i) =>
      withOption(manifest.proposal, i).inputs.map(({ picture }) => picture?.range),
    )
    for (const [left, right] of ranges) assert.equal(left, right)
    for (const usual of ['0..1', '-1..1', 'imagenet'])
      assert.ok(
        ranges.some(([range]) => range === usual),
        usual,
      )
  })

  it('ranges are compared by their results in the best interpretation, and each has its own name', async () => {
    const { manifest } = await proposeFile(fixture('grey-scores'))
    const { inputs, outputs, odds = 1, question } = manifest.proposal
    assert.deepEqual([inputs[0]?.confidence, outputs[0]?.as], ['guess', 'labels'])
    assert.ok(odds < 0.85, `${odds}`)
    const options = question?.options ?? []
    assert.equal(new Set(options.map(({ label }) => label)).size, options.length)
    const ranges = options.map((_, i) => withOption(manifest.proposal, i).inputs[0]?.picture?.range)
    assert.ok(ranges.includes('1..0') && ranges.includes('0..1'), `${ranges}`)
  })

  it('ten classes aren’t digits unless the picture is as small as a digit’s', async () => {
    const { manifest } = await proposeFile(fixture('ten-things'))
    assert.ok(manifest.proposal.question)
    assert.ok(manifest.proposal.inputs.every(({ why }) => !why.includes('what the samples show')))
  })

  const LIFELESS: [name: string, said: RegExp][] = [
    ['never-a-number', /"y" had only one colour for every sample picture/],
    ['always-the-same', /"y" was the same for different sample pictures/],
  ]
  for (const [name, said] of LIFELESS)
    it(`says what is wrong with "${name}"`, async () => {
      const { manifest } = await proposeFile(fixture(name))
      assert.match(manifest.proposal.notes.join(' '), said)
    })

  it('sides that the exporter only named are measured, and those that follow the picture’s size stay free', async () => {
    const { manifest } = await proposeFile(fixture('unnamed-sides'))
    const [output] = manifest.proposal.outputs
    assert.deepEqual(output?.shape, ['batch', 84, 'anchors'])
    assert.equal(output?.as, 'things')
  })

  it('scores that are probabilities aren’t converted again', async () => {
    const { manifest } = await proposeFile(fixture('divided-shares'))
    const [output] = manifest.proposal.outputs
    assert.deepEqual([output?.as, output?.softmax, output?.areShares], ['category', false, true])
  })

  it('a line is read in either direction, whichever class is the blank', async () => {
    const { manifest } = await proposeFile(fixture('letters-upright'))
    const [output] = manifest.proposal.outputs
    assert.deepEqual([output?.as, output?.reading], ['text', { blank: 36 }])
    const fetch = manifest.variants[0]?.fetches.y
    assert.ok(fetch?.kind === 'letters' && fetch.letters.length === 36 && fetch.blank === 36)
  })

  it('a detector for any size is recognised by its grids for the usual size', async () => {
    const { manifest } = await proposeFile(fixture('grids-of-any-size'))
    const [first, ...others] = manifest.proposal.outputs
    assert.deepEqual([first?.as, first?.detector?.strides], ['things', [8, 16, 32]])
    assert.ok(others.every(({ as }) => as === 'unused'))
    assert.deepEqual(manifest.proposal.inputs[0]?.picture?.width, 640)
  })

  it('a network that is certain of one class for all samples is asked about too: its results agree by chance', async () => {
    const { manifest } = await proposeFile(fixture('sure-of-one'))
    const asked = manifest.proposal.question?.options.map(
      (_, i) => withOption(manifest.proposal, i).inputs[0]?.picture?.range,
    )
    for (const usual of ['0..1', '-1..1', 'imagenet'] as const) assert.ok(asked?.includes(usual), usual)
  })

  it('sides of any length that can’t run as a picture’s are a list of numbers', async () => {
    const { manifest } = await proposeFile(fixture('sides-of-any'))
    assert.deepEqual(manifest.proposal.inputs[0]?.as, 'numbers')
    assert.match(manifest.proposal.inputs[0]?.why ?? '', /as a picture it could not be run/)
  })

  it('one list of scores of a wide picture may be a line of letters: the user is asked', async () => {
    const { manifest } = await proposeFile(fixture('flat-letters'))
    const { question } = manifest.proposal
    const at = question?.options.findIndex(({ label }) => label.endsWith('4 letters')) ?? -1
    assert.ok(at > 0, JSON.stringify(question?.options.map(({ label }) => label)))
    const [output] = withOption(manifest.proposal, at).outputs
    assert.deepEqual([output?.as, output?.labels?.join('')], ['text', '0123456789'])
  })

  it('a network of numbers that can’t run is reported', async () => {
    const { manifest } = await proposeFile(fixture('runs-never'))
    assert.match(manifest.proposal.notes.join(' '), /^A run on sample numbers failed: /)
  })

  it('a network that repaints a marked part is tried too: its range is asked, and the mask keeps its own', async () => {
    const { manifest } = await proposeFile(fixture('marked'))
    const { question, inputs } = manifest.proposal
    const asked = question?.options.map((_, i) =>
      withOption(manifest.proposal, i).inputs.map(({ picture }) => picture?.range),
    )
    const all = asked ?? [inputs.map(({ picture }) => picture?.range)]
    assert.ok(all.some(([range]) => range === '0..1'))
    assert.ok(all.every(([, mask]) => mask === '0..1'))
  })

  it('is silent if all is well', async () => {
    const { manifest } = await proposeFile(fixture('invert'))
    assert.deepEqual(manifest.proposal.notes, [])
  })
})
