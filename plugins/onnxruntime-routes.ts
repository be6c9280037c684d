import type { AdminRoutes } from '../nodes/shared/admin-routes'
import { npmInstall } from '../src/apart/npm-install'
import { pictureLibrary, whyNoPictures } from '../src/apart/pictures-library'
import { thisSystem } from '../src/apart/this-system'
import { hasNative, installRuntime, runtimeHere } from '../src/engine'
import { loadSharp } from '../src/images'
import type { PluginAPI } from './plugin-api'

const PATH = '/daisychain/runtime'

/** Lets the editor ask whether ONNX Runtime is installed, and install it. */
export function addRuntimeRoutes({ settings, log }: PluginAPI, routes: AdminRoutes): void {
  routes.get(PATH, 'daisychain.read', async (_request, response) => {
    response.json(await told())
  })
  // Whoever may install nodes may install what they need.
  routes.post(PATH, 'nodes.write', async (_request, response) => {
    try {
      const folder = settings.userDir ?? process.cwd()
      const isOnlyPictures = (await runtimeHere()).runs !== null
      if (isOnlyPictures) await npmInstall(folder, pictureLibrary(), 'sharp')
      else await installRuntime(folder)
      const now = await told()
      if (now.installed) tryPictures()
      const what = isOnlyPictures ? 'sharp' : 'ONNX Runtime'
      log.info(`[daisychain] ${what} was installed${now.wasm ? ' for WebAssembly' : ''}: models can run.`)
      response.json(now)
    } catch (error) {
      log.error(`[daisychain] ${(error as Error).message}`)
      response.status(500).json({ error: (error as Error).message })
    }
  })
}

/**
 * `wasm`: what runs, or could be installed, is the slower build. `why` the native library cannot be loaded,
 * if it is installed. `pictures`: models run, and only the library that reads pictures cannot be loaded.
 */
async function told(): Promise<{ installed: boolean; wasm?: true; why?: string; pictures?: true }> {
  const [{ runs, why }, noPictures] = await Promise.all([runtimeHere(), whyNoPictures()])
  const isSlow = why !== null || !hasNative(thisSystem())
  return {
    installed: runs !== null && noPictures === null,
    ...(isSlow && { wasm: true }),
    ...(why !== null && { why }),
    ...(runs !== null && noPictures !== null && { pictures: true }),
  }
}

/** @throws Error what to do if Node.js remembers that the library could not be loaded */
function tryPictures(): void {
  try {
    loadSharp()
  } catch {
    throw new Error('The library that reads pictures is installed: restart Node-RED to use it.')
  }
}
