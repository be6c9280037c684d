import type { PortType } from '../../types'
import type { Want } from '../behaviour'
import type { InputDeclaration } from '../declaration'
import { parsePath } from '../message'

const SOUNDS = ['buffer', 'dataURI'] as const
const FORMATS = ['buffer', 'dataURI', 'base64', 'file'] as const

/**
 * An input that accepts anything except pixels and samples.
 *
 * @param first the preferred form for pictures
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

/** An input of a node that converts text to records and back, so a picture isn't accepted. */
export const notForPictures: InputDeclaration = {
  type: { type: 'text' },
  required: false,
  help: 'Text, or a value that can be written as text.',
  judges: 'pictures',
}

/** An input for use in rules. Pictures are checked against the forms that it accepts. */
export function wantOf(property: string, { type, required = true, help = '', judges }: InputDeclaration): Want {
  const types = (Array.isArray(type) ? type : [type]) as PortType[]
  return { property, path: parsePath(property), types, required, help, judges }
}
