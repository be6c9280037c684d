import type { AdminRoutes } from '../nodes/shared/admin-routes'
import { installedRuntime, installRuntime } from '../src/engine'
import type { PluginAPI } from './runtime'

const PATH = '/daisychain/runtime'

/** Lets the editor ask whether ONNX Runtime is there, and install it. */
export function serveRuntime({ settings, log }: PluginAPI, routes: AdminRoutes): void {
  routes.get(PATH, 'daisychain.read', (_request, response) => {
    response.json({ installed: installedRuntime() !== null })
  })
  // Who may install nodes may install what they need.
  routes.post(PATH, 'nodes.write', async (_request, response) => {
    try {
      await installRuntime(settings.userDir ?? process.cwd())
      log.info('[daisychain] ONNX Runtime was installed: models can run.')
      response.json({ installed: true })
    } catch (error) {
      log.error(`[daisychain] ${(error as Error).message}`)
      response.status(500).json({ error: (error as Error).message })
    }
  })
}
