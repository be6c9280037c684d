import type { PortType } from '../../types'
import type { Want } from '../behaviour'
import type { InputDeclaration } from '../declaration'
import { parsePath } from '../message'

const SOUNDS = ['buffer', 'dataURI'] as const
const FORMATS = ['buffer', 'dataURI', 'base64', 'file'] as const

/**
 * The input of a node that accepts anything but pixels and samples.
 *
 * @param first the form in which it can best use a picture
 */
export function encodedInput(first: (typeof FORMATS)[number]): InputDeclaration {
  const formats = [first, ...FORMATS.filter((format) => format !== first)]
  const help =
    first === 'buffer' ? 'Anything; pictures and sounds as a Buffer.' : 'Anything; pictures and sounds as text.'
  const pictures = formats.map((format): PortType => ({ type: 'image', format }))
  const sounds = (first === 'buffer' ? SOUNDS : [...SOUNDS].reverse()).map(
    (format): PortType => ({ type: 'audio', format }),
  )
  return { type: [...pictures, ...sounds], required: false, help, judges: 'pictures' }
}

/** The input of a node that reads text and writes records, or the other way round: a picture is neither of these. */
export const notForPictures: InputDeclaration = {
  type: { type: 'text' },
  required: false,
  help: 'Text, or a value that can be written as text.',
  judges: 'pictures',
}

/** An input as used in rules. Pictures in it are checked against the forms that it accepts. */
export function wantOf(property: string, { type, required = true, help = '', judges }: InputDeclaration): Want {
  const types = (Array.isArray(type) ? type : [type]) as PortType[]
  return { property, path: parsePath(property), types, required, help, judges }
}
