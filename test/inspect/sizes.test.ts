import { strict as assert } from 'node:assert'
import { checkSizes } from '../../src/inspect/obstacles'

describe('the sizes stated in a file', () => {
  const sentence = (...shape: number[]) => {
    try {
      checkSizes('/models/net.onnx', [{ name: 'x', shape }], 8 * 2 ** 30)
    } catch (error) {
      return (error as Error).message
    }
    return null
  }

  it('are reported if only a larger computer could handle them', () => {
    assert.equal(sentence(1, 3, 224, 224), null)
    assert.match(sentence(1, 3, 65536, 65536) ?? '', /^net\.onnx needs 48\.0 GB for "x" alone, more than the 8\.0 GB/)
  })

  it('are called wrong if no computer could', () => {
    for (const shape of [[2 ** 62, 2 ** 62], [2 ** 50, 1], Array(200).fill(2 ** 62)]) {
      const said = sentence(...(shape as number[])) ?? ''
      assert.match(
        said,
        /^net\.onnx gives "x" sizes that no computer has the memory for: .*Look for another version\.$/,
      )
      assert.doesNotMatch(said, /GB|e\+|Infinity/)
    }
  })
})
