import type { PortType } from '../../types'
import type { InputDeclaration } from '../declaration'

const FORMATS = ['buffer', 'dataURI', 'base64', 'file'] as const

/**
 * The input of a node that takes anything but pixels.
 *
 * @param first the form in which it makes most of a picture
 */
export function encodedInput(first: (typeof FORMATS)[number]): InputDeclaration {
  const formats = [first, ...FORMATS.filter((format) => format !== first)]
  const help = first === 'buffer' ? 'Anything; pictures as a Buffer.' : 'Anything; pictures as text.'
  return { type: formats.map((format) => ({ type: 'image', format })), required: false, help, judges: 'pictures' }
}

/** The input of a node that reads text and writes records, or the other way round: a picture is neither. */
export const notForPictures: InputDeclaration = {
  type: { type: 'text' },
  required: false,
  help: 'Text, or a value that can be written as text.',
  judges: 'pictures',
}

/** Whether a value of the type may be a picture, which as text is more than that. */
export function holdsPicture(type: PortType): boolean {
  if (type.type === 'array') return holdsPicture(type.itemType)
  return type.type === 'image' || type.type === 'segmentation'
}
