/** The process that `proposeFile` starts: it looks at one file and ends. */
import { createEngine, EngineError } from '../engine'
import { decodeImage } from '../images'
import { ValueError } from '../types'
import { inspectHere } from './inspect'
import { InspectError } from './inspect-error'
import type { Reply, Request } from './propose-file'
import { tried } from './tried'

process.once('message', (request: Request) => {
  void look(request).then((reply) => process.send?.(reply, () => process.exit(0)))
})
process.on('disconnect', () => process.exit(0))

async function look({ path, labels, pictures, run }: Request): Promise<Reply> {
  // The network runs on a thread of this process, which is one to be ended.
  const engine = createEngine({ device: 'cpu', isolation: 'thread', log: () => {} })
  try {
    const own = await Promise.all(pictures.map((bytes) => decodeImage(Buffer.from(bytes))))
    return { inspection: await tried(await inspectHere(path, engine, { labels }), engine, run, own) }
  } catch (error) {
    const isSentence = error instanceof InspectError || error instanceof EngineError || error instanceof ValueError
    return isSentence ? { sentence: error.message } : { fault: (error as Error).stack ?? String(error) }
  }
}
