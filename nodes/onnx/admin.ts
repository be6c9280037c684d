import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { sharedEngine } from '../../src/engine'
import { InspectError, LIMITS, labelFault, proposeFile, readLabelFile } from '../../src/inspect'
import { reasonCatalogue } from '../../src/models'
import { adminRoutes } from '../shared/admin-routes'
import type { EngineNode } from '../shared/engine'
import type { FileSettings } from '../shared/file-rules'
import { languageOf } from '../shared/language'
import { forgetUpload, isBeside, keepModel, LARGEST_MODEL, listModels, modelFile } from '../shared/model-files'
import { settingPath } from '../shared/setting-path'
import { ownModel } from './own-model'
import { samplePictures, tryModel } from './try-model'

/** Returns the response's JSON. */
type Make = (request: Request) => unknown

/**
 * The routes of the edit dialog, and those for files of the models' nodes. They work before the node is
 * deployed.
 */
export function addAdminRoutes(RED: NodeAPI): void {
  const settings = RED.settings as FileSettings
  const userDir = settings.userDir ?? '.'
  const fileOf = (file: unknown) => modelFile(typeof file === 'string' ? settingPath(RED, null, file) : file, settings)
  const routes = adminRoutes(RED)
  const read = (name: string, make: Make) =>
    routes.get(`/daisychain-onnx/${name}`, 'daisychain-onnx.read', answer(make))
  const write = (name: string, make: Make) =>
    routes.post(`/daisychain-onnx/${name}`, 'daisychain-onnx.write', answer(make))

  read('files', async () => ({ files: await listModels(userDir), largest: LARGEST_MODEL }))
  read('reasons', (request) => reasonCatalogue(languageOf(request)))
  read('sample', () => ({
    images: samplePictures().map((bytes) => `data:image/jpeg;base64,${bytes.toString('base64')}`),
  }))
  write('uploads', async (request) => {
    const { name = '', beside = '' } = request.query
    const given = { name: String(name), beside: String(beside) }
    const isNew = !(await isBeside(userDir, given))
    return { path: await keepModel(userDir, given, request), isNew }
  })
  // POST with write permission, because inspecting and trying a model reads files and runs code.
  write('inspect', ({ body }) => {
    const picture = bytesOf(body?.picture)
    // Inspecting a file may take no longer than running it.
    const { timeLimit = LIMITS.time } = optionsOf(body?.engine)
    const time = Math.min(LIMITS.time, timeLimit)
    return proposeFile(fileOf(body?.file), { pictures: picture ? [picture] : [] }, { time })
  })
  // Removes uploads when the dialog is cancelled.
  write('forget', async ({ body }) => {
    for (const path of [body?.files ?? []].flat()) await forgetUpload(userDir, String(path))
    return {}
  })
  write('try', ({ body }) => {
    const model = ownModel(fileOf(body?.file), body?.manifest)
    return withEngine(body?.engine, (engine) => tryModel(model, body?.given ?? {}, engine))
  })
  write('labels', async ({ body }) => {
    const path = fileOf(body?.file)
    const labels = await withEngine(body?.engine, (engine) => readLabelFile(path, engine))
    const fault = labelFault(String(body?.file), labels, Number(body?.count))
    if (fault) throw new InspectError(fault)
    return { labels }
  })

  function optionsOf(id: unknown): EngineNode['options'] {
    const named = id ? (RED.nodes.getNode(String(id)) as EngineNode | null) : null
    return named?.options ?? {}
  }

  async function withEngine<T>(id: unknown, use: (engine: ReturnType<typeof sharedEngine>) => Promise<T>): Promise<T> {
    const engine = sharedEngine({ ...optionsOf(id), log: (line) => RED.log.info(`Daisychain engine: ${line}`) })
    try {
      return await use(engine)
    } finally {
      await engine.close()
    }
  }
}

/** The bytes of a picture given as a data URL. */
function bytesOf(address: unknown): Buffer | undefined {
  const [, bytes] = /^data:image\/[\w+.-]+;base64,(.+)$/.exec(String(address ?? '')) ?? []
  return bytes === undefined ? undefined : Buffer.from(bytes, 'base64')
}

function answer(make: Make) {
  return async (request: Request, response: Response) => {
    response.json(await make(request))
  }
}
