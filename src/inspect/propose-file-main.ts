/** The process that `proposeFile` starts: it examines one file and ends. */
import { answerOnce } from '../apart/ask-process'
import { createEngine, EngineError } from '../engine'
import { decodeImage } from '../images'
import { ValueError } from '../types'
import type { Inspection } from './inspect'
import { InspectError } from './inspect-error'
import type { Request } from './propose-file'
import { proposeHere } from './propose-here'

answerOnce(look, [InspectError, EngineError, ValueError])

async function look({ path, labels, pictures, run }: Request): Promise<Inspection> {
  // The network runs on a thread of this process, which may be killed.
  const engine = createEngine({ device: 'cpu', isolation: 'thread', log: () => {} })
  const own = await Promise.all(pictures.map((bytes) => decodeImage(Buffer.from(bytes))))
  return proposeHere(path, engine, run, { labels }, own)
}
