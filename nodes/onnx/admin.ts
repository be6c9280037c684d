import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { EngineError, sharedEngine } from '../../src/engine'
import { InspectError, inspectFile, labelFault, readLabelFile } from '../../src/inspect'
import { ValueError } from '../../src/types'
import type { EngineNode } from '../shared/engine'
import type { FileSettings } from '../shared/file-rules'
import { refuseForeignPages } from '../shared/foreign-pages'
import { keepModel, LARGEST_MODEL, listModels, modelFile } from '../shared/model-files'
import { asSentence } from '../shared/sentence'
import { ownModel } from './own-model'
import { samplePicture, tryModel } from './try-model'

type Answer = (request: Request) => unknown

/** What the edit dialog talks to, and those of the models' nodes for files. It works before the node is deployed. */
export function serveAdmin(RED: NodeAPI): void {
  const { httpAdmin, auth } = RED
  refuseForeignPages(RED)
  const settings = RED.settings as FileSettings
  const userDir = settings.userDir ?? '.'
  const read = auth.needsPermission('daisychain-onnx.read')
  const write = auth.needsPermission('daisychain-onnx.write')
  const url = (name: string) => `/daisychain-onnx/${name}`

  httpAdmin.get(
    url('files'),
    read,
    answer(async () => ({ files: await listModels(userDir), largest: LARGEST_MODEL })),
  )
  const sample = () => ({ image: `data:image/jpeg;base64,${samplePicture().toString('base64')}` })
  httpAdmin.get(url('sample'), read, answer(sample))
  httpAdmin.post(
    url('uploads'),
    write,
    answer(async (request) => {
      const { name = '', beside = '' } = request.query
      return { path: await keepModel(userDir, { name: String(name), beside: String(beside) }, request) }
    }),
  )
  // Both read files and run models, though they change nothing.
  httpAdmin.post(
    url('inspect'),
    write,
    answer(async ({ body }) => {
      const path = modelFile(body?.file, settings)
      return withEngine(body?.engine, (engine) => inspectFile(path, engine))
    }),
  )
  httpAdmin.post(
    url('try'),
    write,
    answer(async ({ body }) => {
      const model = ownModel(modelFile(body?.file, settings), body?.manifest)
      return withEngine(body?.engine, (engine) => tryModel(model, body?.given ?? {}, engine))
    }),
  )
  httpAdmin.post(
    url('labels'),
    write,
    answer(async ({ body }) => {
      const path = modelFile(body?.file, settings)
      const labels = await withEngine(body?.engine, (engine) => readLabelFile(path, engine))
      const fault = labelFault(String(body?.file), labels, Number(body?.count))
      if (fault) throw new InspectError(fault)
      return { labels }
    }),
  )

  async function withEngine<T>(id: unknown, use: (engine: ReturnType<typeof sharedEngine>) => Promise<T>): Promise<T> {
    const named = id ? (RED.nodes.getNode(String(id)) as EngineNode | null) : null
    const engine = sharedEngine({ ...named?.options, log: (line) => RED.log.info(`Daisychain engine: ${line}`) })
    try {
      return await use(engine)
    } finally {
      await engine.close()
    }
  }
}

function answer(make: Answer) {
  return async (request: Request, response: Response) => {
    try {
      response.json(await make(request))
    } catch (error) {
      const isSentence = error instanceof InspectError || error instanceof EngineError || error instanceof ValueError
      response.status(isSentence ? 400 : 500).json({ message: asSentence(error).message })
    }
  }
}
