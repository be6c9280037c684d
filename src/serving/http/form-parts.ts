import { RequestError } from '../request-error'

/** One part of a form: a field's text, or a file. */
export interface FormPart {
  name: string
  isFile: boolean
  /** A view of the form's body. */
  bytes: Buffer
}

/** The largest number of parts. A page sends 500 pictures at most. */
const MOST_PARTS = 2000

/** @param count of a form's parts so far @throws RequestError 400 */
export function requireFewParts(count: number): void {
  if (count > MOST_PARTS) throw new RequestError(400, `A form may have at most ${MOST_PARTS} parts`)
}

const LONGEST_HEAD = 8192

/**
 * The parts of a form (`multipart/form-data`) in order. Nothing is copied: for a photograph of a few
 * megabytes, only its end must be found.
 * @param body begins with two dashes and the boundary
 * @throws RequestError 400
 */
export function formParts(body: Buffer, boundary: string): FormPart[] {
  const border = Buffer.from(`\r\n--${boundary}`, 'latin1')
  const parts: FormPart[] = []
  // There is no line break before the first boundary.
  for (let at = border.length - 2; body.toString('latin1', at, at + 2) !== '--'; ) {
    const headEnd = body.subarray(at, at + LONGEST_HEAD).indexOf('\r\n\r\n')
    const start = at + headEnd + 4
    const end = headEnd < 0 ? -1 : body.indexOf(border, start)
    if (end < 0) throw new RequestError(400, 'The form in the body is damaged')
    requireFewParts(parts.length + 1)
    parts.push(readPart(body.toString('utf8', at, start), body.subarray(start, end)))
    at = end + border.length
  }
  return parts
}

function readPart(head: string, bytes: Buffer): FormPart {
  // Split only at CRLF: unlike in regular expressions, names may contain other line separators.
  const lines = head.split('\r\n')
  const dispositions = lines.map((line) => /^content-disposition:[ \t]*form-data[ \t]*(;.*)$/is.exec(line)?.[1])
  const disposition = dispositions.find((found) => found !== undefined)
  const [, quoted, plain] = /;[ \t]*name=(?:"((?:\\"|[^"])*)"|([^\s;]+))/i.exec(disposition ?? '') ?? []
  const name = quoted ?? plain
  if (name === undefined) throw new RequestError(400, 'A part of the form in the body has no name')
  const isBase64 = lines.some((line) => /^content-transfer-encoding:[ \t]*base64[ \t]*$/i.test(line))
  return {
    name: name
      .replace(/\\"|%22/g, '"')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n'),
    isFile: /;[ \t]*filename\*?=/i.test(disposition ?? ''),
    bytes: isBase64 ? Buffer.from(bytes.toString('latin1'), 'base64') : bytes,
  }
}
