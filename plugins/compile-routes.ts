import { randomUUID } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { AdminRoutes } from '../nodes/shared/admin-routes'
import { temporaryName } from '../src/apart/left-behind'
import { compileApart } from '../src/compile/compile-apart'
import { CompileError } from '../src/compile/compile-error'
import { describeCompiled, notASize, readSize, TARGETS, type Target } from '../src/compile/compile-flow'
import type { PluginAPI } from './plugin-api'

const PATH = '/daisychain/compile'
/** How long a compiled file can be fetched, in milliseconds. */
const KEPT = 10 * 60_000

/** Lets the editor compile a chain as drawn there, and fetch the file. */
export function addCompileRoutes({ settings }: PluginAPI, routes: AdminRoutes): void {
  const kept = new Map<string, { folder: string; file: string }>()
  let isBusy = false

  routes.post(PATH, 'daisychain.write', async (request, response) => {
    const asked = readAsked(request.body)
    if (isBusy) throw new CompileError('Another chain is being compiled: try again when it is done.')
    isBusy = true
    const folder = mkdtempSync(join(tmpdir(), temporaryName('compiled')))
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      const { flows, ...wanted } = asked
      const { compiled, file } = await compileApart(
        { flows, userDir: settings.userDir, request: { ...wanted, out: folder } },
        gone.signal,
      )
      const id = randomUUID()
      kept.set(id, { folder, file })
      setTimeout(() => {
        kept.delete(id)
        rmSync(folder, { recursive: true, force: true })
      }, KEPT).unref()
      response.json({ id, file, said: describeCompiled(compiled, file) })
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      throw error
    } finally {
      isBusy = false
    }
  })

  routes.get(`${PATH}/:id`, 'daisychain.write', async (request, response) => {
    const found = kept.get(String(request.params.id))
    if (!found) return void response.status(404).json({ message: 'The file is no longer available: compile it again.' })
    const path = join(found.folder, found.file)
    response.attachment(found.file).setHeader('Content-Length', statSync(path).size)
    await pipeline(createReadStream(path), response).catch(() => {
      // The client that fetched it has left.
    })
  })
}

/** @throws CompileError */
function readAsked(body: unknown) {
  const { flows, from, to, as = 'onnx', size: text = '' } = (body ?? {}) as Record<string, unknown>
  if (!Array.isArray(flows) || typeof from !== 'string' || typeof to !== 'string' || typeof text !== 'string')
    throw new CompileError('The request must name the flows to compile, the first node and the last.')
  if (!TARGETS.includes(as as Target))
    throw new CompileError(
      `A chain can only be compiled as ${TARGETS.join(' or ')} (got “${String(as).slice(0, 40)}”).`,
    )
  const size = text.trim() === '' ? undefined : readSize(text)
  if (size === null) throw new CompileError(notASize(text.slice(0, 40)))
  return { flows: flows as unknown[], from, to, targets: [as as Target], ...(size && { size }) }
}
