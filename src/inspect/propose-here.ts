import type { Engine } from '../engine'
import type { Image } from '../types'
import { lineFacts } from './experiment/line-facts'
import { measuredOutputs } from './experiment/measured'
import { type Inspection, type InspectOptions, inspectHere } from './inspect'
import { readOnnxFile } from './read-file'
import { tried } from './tried'

/**
 * What is proposed for a file, tried out in this process: outputs that the file doesn't describe, and those that read a line of
 * text, are measured first.
 *
 * @param timeLimit milliseconds that one run of its network may take
 * @param pictures of the person who asks
 * @throws InspectError or EngineError, in a sentence
 */
export async function proposeHere(
  path: string,
  engine: Engine,
  timeLimit: number,
  options: InspectOptions = {},
  pictures: readonly Image[] = [],
): Promise<Inspection> {
  const read = await inspectHere(path, engine, options)
  const outputs = await measuredOutputs(read, readOnnxFile(read.path), engine, timeLimit)
  const known = { load: async (file: string) => ({ ...(await engine.load(file)), ...(outputs && { outputs }) }) }
  const measured = outputs ? await inspectHere(path, known, options) : read
  const lines = await lineFacts(measured, engine, timeLimit)
  return tried(lines ? await inspectHere(path, known, { ...options, lines }) : measured, engine, timeLimit, pictures)
}
