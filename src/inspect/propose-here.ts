import type { Engine } from '../engine'
import type { Image } from '../types'
import { lineFacts } from './experiment/line-facts'
import { measuredGrids, measuredOutputs } from './experiment/measured'
import { type Inspection, type InspectOptions, inspectHere } from './inspect'
import { readOnnxFile } from './read-file'
import { tried } from './tried'

/**
 * The proposal for a file, tried out in this process: outputs that the file doesn't describe, and those that read a
 * line of text, are measured first.
 *
 * @param timeLimit milliseconds that one run of its network may take
 * @param pictures the user's own pictures
 * @throws InspectError or EngineError, in a sentence
 */
export async function proposeHere(
  path: string,
  engine: Engine,
  timeLimit: number,
  options: InspectOptions = {},
  pictures: readonly Image[] = [],
): Promise<Inspection> {
  const before = await inspectHere(path, engine, options)
  const outputs = await measuredOutputs(before, readOnnxFile(before.path), engine, timeLimit)
  const known = { load: async (file: string) => ({ ...(await engine.load(file)), ...(outputs && { outputs }) }) }
  const measured = outputs ? await inspectHere(path, known, options) : before
  const lines = await lineFacts(measured, engine, timeLimit)
  const grids = lines ? null : await measuredGrids(measured, engine, timeLimit)
  const told = { ...(lines && { lines }), ...(grids && { grids }) }
  const read = lines || grids ? await inspectHere(path, known, { ...options, ...told }) : measured
  return tried(read, engine, timeLimit, pictures)
}
