import { closeSync, copyFileSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Joined } from '../onnx/join'

/**
 * Writes a joined file `name` and its weights to a folder. Files with a final name are complete, and no
 * temporary files remain.
 */
export function writeJoined({ pieces, data }: Joined, folder: string, name: string): string {
  mkdirSync(folder, { recursive: true })
  for (const { name: of, content } of data) {
    writeWhole(join(folder, of), (part) =>
      'path' in content ? copyFileSync(content.path, part) : writePieces(part, content.pieces),
    )
  }
  const path = join(folder, name)
  writeWhole(path, (part) => writePieces(part, pieces))
  return path
}

function writeWhole(path: string, write: (part: string) => void): void {
  const part = `${path}.part`
  try {
    write(part)
    renameSync(part, path)
  } catch (error) {
    try {
      rmSync(part, { force: true })
    } catch {
      // What prevented writing it may prevent removing it too.
    }
    throw error
  }
}

function writePieces(path: string, pieces: Buffer[]): void {
  const file = openSync(path, 'w')
  try {
    for (const piece of pieces) for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
  } finally {
    closeSync(file)
  }
}
