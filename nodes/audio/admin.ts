import { join, resolve } from 'node:path'
import type { NodeAPI } from 'node-red'
import { isSoundName, ValueError } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { uploadName, uploadsFolder, writeUpload } from '../shared/write-upload'

/** The largest file that is accepted, in bytes. */
const MAX_UPLOAD_BYTES = 500e6

/**
 * The route that stores sounds dropped on the canvas and returns their paths. The node needn't be deployed.
 */
export function addAdminRoutes(RED: NodeAPI): void {
  adminRoutes(RED).post('/daisychain-audio/:id/uploads', 'daisychain-audio.write', async (request, response) => {
    const folder = resolve(uploadsFolder(RED.settings.userDir ?? '.', String(request.params.id)))
    const given = String(request.query.name ?? '')
    const name = uploadName(given)
    if (!isSoundName(name))
      throw new ValueError(`"${given}" isn't a sound: WAV, FLAC, MP3, Ogg, M4A and similar files can be dropped`)
    await writeUpload(folder, name, request, { largest: MAX_UPLOAD_BYTES })
    response.status(201).json({ folder, path: join(folder, name) })
  })
}
