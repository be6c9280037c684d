import { closeSync, copyFileSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Joined } from '../onnx/join'

/** Writes a joined file `name` and its weights into a folder; what has a final name is whole. */
export function writeJoined({ pieces, data }: Joined, folder: string, name: string): string {
  mkdirSync(folder, { recursive: true })
  for (const file of data) {
    const path = join(folder, file.name)
    if ('path' in file.content) copyFileSync(file.content.path, path)
    else writePieces(path, file.content.pieces)
  }
  const path = join(folder, name)
  writePieces(path, pieces)
  return path
}

function writePieces(path: string, pieces: Buffer[]): void {
  const part = `${path}.part`
  const file = openSync(part, 'w')
  try {
    for (const piece of pieces) for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
  } finally {
    closeSync(file)
  }
  renameSync(part, path)
}
