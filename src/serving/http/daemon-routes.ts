import type { PublishedModel } from '../published'
import { commandOf } from '../published'
import { RequestError } from '../request-error'
import { parseJson, readBody } from './body'
import { type Exchange, onlyBy, reply } from './exchange'

/** A model that a plug-in has started. */
interface Session {
  model: PublishedModel
  application: string
  startedAt: string
}

/** What plug-ins have started through each model. The keys are model ids. */
const sessionsAt = new WeakMap<PublishedModel, Map<number, Session>>()

/**
 * Responses of Runway's app on port 5142, which the plug-ins for Unity and Photoshop ask for the address of
 * each model. All flows published on their own ports are listed as models. They are already running, so
 * starting one only reports that.
 */
export async function answerDaemon(exchange: Exchange): Promise<boolean> {
  const [, area, id] = /^\/v1\/(healthcheck|models|model_sessions)(?:\/([^/]+))?\/?$/.exec(exchange.path) ?? []
  const { model, request } = exchange
  if (area === undefined) return false
  const sessions = sessionsAt.get(model) ?? new Map<number, Session>()
  sessionsAt.set(model, sessions)
  const models = [model, ...(model.others?.() ?? [])]
  for (const [key, session] of sessions) if (!models.includes(session.model)) sessions.delete(key)
  const told = (session: Session) => sessionOf(session, exchange)

  if (area === 'healthcheck') return reply(exchange, { success: true })
  if (area === 'models') {
    onlyBy('GET', exchange)
    return reply(exchange, { models: models.map(modelOf) })
  }
  if (id === 'stop_all') {
    onlyBy('POST', exchange)
    sessions.clear()
    return reply(exchange, { success: true })
  }
  if (id !== undefined) {
    const session = sessions.get(Number(id))
    if (!session) throw new RequestError(404, 'There is no such session')
    if (request.method === 'DELETE') {
      sessions.delete(Number(id))
      return reply(exchange, { success: true })
    }
    onlyBy('GET', exchange)
    return reply(exchange, { modelSession: told(session) })
  }
  if (request.method !== 'POST') {
    onlyBy('GET', exchange)
    return reply(exchange, { modelSessions: [...sessions.values()].map(told) })
  }
  const { modelVersionId, application } = Object(parseJson(await readBody(request, exchange.limits)))
  const started = models.find((one) => versionOf(one) === Number(modelVersionId))
  if (!started) throw new RequestError(404, 'There is no such model')
  const session = {
    model: started,
    application: String(application ?? '').slice(0, 60),
    startedAt: new Date().toISOString(),
  }
  sessions.set(versionOf(started), session)
  // Photoshop reads the id, Unity the session.
  return reply(exchange, { success: true, id: String(versionOf(started)), modelSession: told(session) })
}

function modelOf(model: PublishedModel) {
  const { name, description } = model
  return {
    name,
    description: description || name,
    defaultVersionId: versionOf(model),
    options: [],
    commands: [commandOf(model)],
  }
}

function sessionOf({ model, application, startedAt }: Session, { request }: Exchange) {
  const id = versionOf(model)
  return {
    ...{ id: String(id), createdAt: startedAt, startedRunningAt: startedAt, endedAt: null, runningStatus: 'RUNNING' },
    ...{ url: addressFor(model, request.headers.host), persistent: false, application, modelVersionId: id },
    ...{ providerOptions: { runLocation: 'Local', runType: 'CPU', gpuIndex: -1 }, model: modelOf(model) },
  }
}

/** The model's address, with the host name that the client used. */
function addressFor({ address = '' }: PublishedModel, host = 'localhost'): string {
  if (!/^https?:/.test(address)) return `http://${host}`
  const url = new URL(address)
  url.hostname = new URL(`http://${host}`).hostname
  return url.href.replace(/\/+$/, '')
}

/** A number that stays the same as long as the model's address does. */
function versionOf({ address = '', name }: PublishedModel): number {
  let hash = 7
  for (const letter of address + name) hash = (hash * 31 + letter.charCodeAt(0)) % 2_000_000_011
  return hash
}
