import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { encodeImage } from '../../images/index'
import type { Field } from '../field'
import { writeOutputs } from '../published'
import { requireShort } from '../require-short'
import { type Encoder, mimeOf, writeBytes } from '../wire-forms'

/** A picture in JSON, as a data URI. Its bytes are converted to text while they are sent, part by part. */
export class Picture {
  private readonly mark: string = `picture ${randomUUID()}`

  constructor(
    readonly mime: string,
    readonly bytes: Buffer,
  ) {}

  toJSON(): string {
    return this.mark
  }
}

/** JSON in pieces: text and pictures. */
export type Written = readonly (string | Picture)[]

/** Values by name, and the pictures among them. */
export interface Values {
  values: Record<string, unknown>
  pictures: Picture[]
}

/**
 * Converts values to the form that the page expects.
 * @throws RequestError 500 for values that can't be sent
 */
export async function readyToWrite(outputs: readonly Field[], values: Record<string, unknown>): Promise<Values> {
  const pictures: Picture[] = []
  const put = (mime: string, bytes: Buffer) => {
    const picture = new Picture(mime, bytes)
    pictures.push(picture)
    return picture
  }
  const encoder: Encoder = {
    picture: async (image, format) => put(`image/${format}`, await encodeImage(image, format)),
    bytes(bytes) {
      const mime = mimeOf(bytes)
      return mime ? put(mime, bytes) : writeBytes(bytes)
    },
  }
  // Aliases of a result are for programs.
  const fields = outputs.map(({ aliases: _, ...field }) => field)
  return { values: requireShort(await writeOutputs(fields, values, undefined, encoder)), pictures }
}

/** @param pictures all pictures in the value */
export function written(value: object, pictures: readonly Picture[]): Written {
  const byMark = new Map(pictures.map((picture) => [picture.toJSON(), picture]))
  return JSON.stringify(value)
    .split(/"(picture [0-9a-f-]{36})"/)
    .map((piece, i) => (i % 2 === 1 ? (byMark.get(piece) ?? `"${piece}"`) : piece))
}

/** The memory that the pieces take, in bytes. */
export function lengthOf(pieces: Written): number {
  return pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : piece.bytes.length), 0)
}

/** How many bytes are converted to text at a time; three bytes become four characters. */
const AT_A_TIME = 3 * 2 ** 16

/** The pieces as text, in parts that are each made quickly. */
export function* partsOf(pieces: Written): Generator<string> {
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      yield piece
      continue
    }
    const { mime, bytes } = piece
    yield `"data:${mime};base64,`
    for (let at = 0; at < bytes.length; at += AT_A_TIME) yield bytes.toString('base64', at, at + AT_A_TIME)
    yield '"'
  }
}

/** Sends the pieces, with turns for other work in between. */
export async function sendPieces(response: ServerResponse, pieces: Written): Promise<void> {
  let since = 0
  for (const part of partsOf(pieces)) {
    if (response.destroyed || response.writableEnded) return
    response.write(part)
    since += part.length
    if (since < AT_A_TIME) continue
    since = 0
    await turn()
  }
}
