import { readFile } from 'node:fs/promises'
import { pngChunk } from '../types'
import { chunksOfPng } from './png-chunks'

const SIGNATURE = 8
const COLOR_TYPE = 9
/** The colour type of pictures with a palette. */
const PALETTE = 3

/**
 * Reads the indexes of a PNG with the palette of PASCAL VOC, in which datasets keep label maps. Any other
 * palette may have been reordered by the program that saved the picture, so its indexes mean nothing.
 *
 * @param decode returns the first channel of the PNG it is given
 * @returns null if it has no such palette
 */
export async function readIndexes(
  given: Uint8Array | string,
  decode: (png: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array | null> {
  const bytes = typeof given === 'string' ? await readFile(given) : given
  const chunks = [...chunksOfPng(bytes)]
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data
  if (chunks[0]?.data[COLOR_TYPE] !== PALETTE || !palette?.every((byte, i) => byte === vocByte(i))) return null
  // The decoder applies the palette, so it gets one of greys.
  const greys = pngChunk(
    'PLTE',
    palette.map((_, i) => Math.floor(i / 3)),
  )
  return decode(
    Buffer.concat([
      bytes.subarray(0, SIGNATURE),
      ...chunks
        .filter(({ type }) => /^(IHDR|PLTE|IDAT|IEND)$/.test(type))
        .map(({ type, whole }) => (type === 'PLTE' ? greys : whole)),
    ]),
  )
}

/** A byte of that palette. Its colours are made of an index's bits, the lowest ones first. */
function vocByte(at: number): number {
  let byte = 0
  for (let bits = Math.floor(at / 3), place = 7; bits > 0; bits >>= 3, place--)
    byte |= ((bits >> (at % 3)) & 1) << place
  return byte
}
