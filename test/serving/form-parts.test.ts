import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formParts } from '../../src/serving/http/form-parts'

/** A form, encoded by this platform. */
async function encoded(form: FormData): Promise<{ body: Buffer; boundary: string }> {
  const response = new Response(form)
  const boundary = /boundary=(.*)$/.exec(response.headers.get('content-type') ?? '')?.[1] ?? ''
  return { body: Buffer.from(await response.arrayBuffer()), boundary }
}

const crlf = (text: string) => text.replace(/\n/g, '\r\n')

describe('the parts of a form', () => {
  it('are what was put in, whatever their bytes and names', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((one) => !/[\r\n\\]/.test(one))
    const part = fc.oneof(
      fc.record({ name, text: fc.string({ unit: 'grapheme' }).filter((one) => !/[\r\n]/.test(one)) }),
      fc.record({ name, file: bytes }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
        const form = new FormData()
        for (const one of parts)
          if ('file' in one) form.append(one.name, new Blob([new Uint8Array(one.file)]), 'x"y.png')
          else form.append(one.name, one.text)
        const { body, boundary } = await encoded(form)
        const found = formParts(body, boundary)
        assert.deepEqual(
          found.map(({ name, isFile, bytes }) => [name, isFile, [...bytes]]),
          parts.map((one) => [
            Buffer.from(one.name).toString(),
            'file' in one,
            [...('file' in one ? one.file : Buffer.from(one.text))],
          ]),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('may have names without quotes, base64, spaces after a boundary and text after the end', () => {
    const body = crlf(
      '--b\nContent-Disposition: form-data; name=plain\n\n1\n--b\ncontent-transfer-encoding: BASE64\ncontent-disposition: form-data; filename="a"; name="say \\"hi\\""\n\naGk=\n--b--\nwhatever',
    )
    const parts = formParts(Buffer.from(body), 'b').map((one) => [one.name, one.isFile, one.bytes.toString()])
    assert.deepEqual(parts, [
      ['plain', false, '1'],
      ['say "hi"', true, 'hi'],
    ])
  })

  it('may have line separators in their names', async () => {
    for (const name of ['\u2028', 'a\u2029b', '\u0085', '\v', '\f"']) {
      const form = new FormData()
      form.append(name, 'text')
      const { body, boundary } = await encoded(form)
      assert.deepEqual(
        formParts(body, boundary).map((part) => [part.name, part.bytes.toString()]),
        [[name, 'text']],
      )
    }
  })

  it('are views: nothing is copied', () => {
    const body = Buffer.from(crlf('--b\nContent-Disposition: form-data; name="a"\n\nbytes\n--b--\n'))
    assert.equal(formParts(body, 'b')[0]?.bytes.buffer, body.buffer)
  })

  it('are refused in a sentence if the form is damaged, endless or has parts without a name', () => {
    const head = 'Content-Disposition: form-data; name="a"'
    const many = `--b\n${head}\n\n1\n`.repeat(2001)
    for (const [text, sentence] of [
      [`--b\n${head}\n\nno end`, /damaged/],
      [`--b\n${head}\n`, /damaged/],
      [`--b\n${'x: y\n'.repeat(3000)}${head}\n\n1\n--b--\n`, /damaged/],
      ['--b\nContent-Disposition: form-data\n\n1\n--b--\n', /no name/],
      ['--b\nContent-Type: image/png\n\n1\n--b--\n', /no name/],
      [`${many}--b--\n`, /2000 parts/],
    ] as const)
      assert.throws(() => formParts(Buffer.from(crlf(text)), 'b'), { status: 400, message: sentence })
  })
})
