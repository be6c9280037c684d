import { readSync, writeSync } from 'node:fs'

/** Writes all bytes at a position in a file. False if the disk is full. */
export function writeFully(file: number, bytes: Uint8Array, position: number): boolean {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done)
    return true
  } catch {
    return false
  }
}

/** Fills an array from a position in a file. @throws if the file ends earlier */
export function readFully(file: number, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length; ) {
    const read = readSync(file, target, done, target.length - done, position + done)
    if (read === 0) throw new Error('The shared file is shorter than announced.')
    done += read
  }
}
