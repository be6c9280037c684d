import type { AdminRoutes } from '../nodes/shared/admin-routes'
import { npmInstall } from '../src/apart/npm-install'
import { GRPC_PACKAGE, loadGrpc } from '../src/grpc/load-grpc'
import type { PluginAPI } from './plugin-api'

const PATH = '/daisychain/grpc'
const VERSION = '^1.14.0'

/** Lets dialogs ask whether the package for gRPC is installed, and install it. */
export function addGrpcRoutes({ settings, log }: PluginAPI, routes: AdminRoutes): void {
  let underWay: Promise<void> | null = null

  routes.get(PATH, 'daisychain.read', (_request, response) => {
    response.json({ installed: loadGrpc() !== null })
  })
  // Whoever may install nodes may install what they need.
  routes.post(PATH, 'nodes.write', async (_request, response) => {
    try {
      underWay ??= npmInstall(settings.userDir ?? process.cwd(), `${GRPC_PACKAGE}@${VERSION}`, 'gRPC').finally(() => {
        underWay = null
      })
      await underWay
      log.info('[daisychain] gRPC was installed.')
      response.json({ installed: loadGrpc() !== null })
    } catch (error) {
      log.error(`[daisychain] ${(error as Error).message}`)
      response.status(500).json({ error: (error as Error).message })
    }
  })
}
