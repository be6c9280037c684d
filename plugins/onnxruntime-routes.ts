import type { AdminRoutes } from '../nodes/shared/admin-routes'
import { hasNative, installRuntime, runtimeHere, thisSystem } from '../src/engine'
import type { PluginAPI } from './plugin-api'

const PATH = '/daisychain/runtime'

/** Lets the editor ask whether ONNX Runtime is there, and install it. */
export function addRuntimeRoutes({ settings, log }: PluginAPI, routes: AdminRoutes): void {
  routes.get(PATH, 'daisychain.read', async (_request, response) => {
    response.json(await told())
  })
  // Who may install nodes may install what they need.
  routes.post(PATH, 'nodes.write', async (_request, response) => {
    try {
      await installRuntime(settings.userDir ?? process.cwd())
      const now = await told()
      log.info(`[daisychain] ONNX Runtime was installed${now.wasm ? ' for WebAssembly' : ''}: models can run.`)
      response.json(now)
    } catch (error) {
      log.error(`[daisychain] ${(error as Error).message}`)
      response.status(500).json({ error: (error as Error).message })
    }
  })
}

/** `wasm`: what runs, or could be installed, is the slower one. `why` the native library cannot be loaded, where it is there. */
async function told(): Promise<{ installed: boolean; wasm?: true; why?: string }> {
  const { runs, why } = await runtimeHere()
  const isSlow = why !== null || !hasNative(thisSystem())
  return { installed: runs !== null, ...(isSlow && { wasm: true }), ...(why !== null && { why }) }
}
