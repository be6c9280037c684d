import type { NodeAPI } from 'node-red'
import { reachableAddresses, serveEverywhere } from '../../src/serving/index'
import { adminRoutes } from '../shared/admin-routes'
import { answerCamera, cameraOf, keyOf } from './camera-requests'
import { listCameras } from './device'

/** The camera pages: under the editor's address, and on every port that a `serve in` node has opened to the network, for phones. */
export function addCameraRoutes(RED: NodeAPI): void {
  const routes = adminRoutes(RED)

  routes.get('/daisychain-camera/devices', 'daisychain-camera.read', async (_request, response) => {
    response.json(await listCameras())
  })

  routes.post('/daisychain-camera/:id/key', 'daisychain-camera.write', (request, response) => {
    const id = String(request.params.id)
    if (!cameraOf(RED, id)) return void response.status(404).json({ message: 'Deploy the node first.' })
    const key = keyOf(RED, id)
    const pages = reachableAddresses().map(
      (address) => `${address}/daisychain-camera/${encodeURIComponent(id)}/page#${key}`,
    )
    response.json({ key, pages })
  })

  for (const [method, what] of [
    ['get', 'page'],
    ['get', 'settings'],
    ['post', 'frame'],
  ] as const)
    routes[method](`/daisychain-camera/:id/${what}`, null, (request, response) =>
      answerCamera(RED, `${encodeURIComponent(String(request.params.id))}/${what}`, request, response),
    )

  serveEverywhere('/daisychain-camera', (request, response, { path }) => {
    answerCamera(RED, path, request, response).catch(() => response.destroy())
  })
}
