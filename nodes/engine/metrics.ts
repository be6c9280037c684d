import type { NodeAPI } from 'node-red'
import { type ServerState, sharedEngines } from '../../src/engine'
import { underWayNow } from '../../src/images'
import { type Family, PROMETHEUS_TYPE, prometheusText, type Sample } from '../../src/metrics/prometheus'
import { adminRoutes } from '../shared/admin-routes'
import { allMetrics, metricsOf, type NodeMetrics, PHASES } from '../shared/metrics'

/**
 * `GET /daisychain/metrics`: figures of each engine and each node that runs a model. As JSON, or in
 * Prometheus' text format with `?format=prometheus` or an Accept header for plain text. `?node=ID` limits
 * them to one node.
 */
export function addMetricsRoutes(RED: NodeAPI): void {
  adminRoutes(RED).get('/daisychain/metrics', 'daisychain.read', (request, response) => {
    const { node, format } = request.query
    const one = typeof node === 'string' ? metricsOf(node) : null
    if (node !== undefined && !one) {
      response.status(404).json({ message: 'There is no such model node; deploy it first.' })
      return
    }
    const nodes = one ? [one] : allMetrics()
    const wanted = format ?? (wantsText(request.headers.accept) ? 'prometheus' : 'json')
    if (wanted === 'prometheus') {
      response.set('Content-Type', PROMETHEUS_TYPE)
      response.send(
        prometheusText([...nodeFamilies(nodes), ...(one ? [] : [...engineFamilies(), ...pictureFamilies()])]),
      )
    } else if (wanted === 'json')
      response.json(one ? { nodes } : { nodes, engines: sharedEngines().map(withoutToken), pictures: underWayNow() })
    else response.status(400).json({ message: 'The format must be json or prometheus.' })
  })
}

/** Prometheus accepts plain text with a version, browsers HTML. */
function wantsText(accept = ''): boolean {
  return accept.includes('text/plain') && !/json|html/.test(accept)
}

function nodeFamilies(nodes: NodeMetrics[]): Family[] {
  const each = (value: (node: NodeMetrics) => number) =>
    nodes.map((node): Sample => ({ labels: labelsOf(node), value: value(node) }))
  return [
    counter(
      'daisychain_node_runs_total',
      "Messages that a node's model processed.",
      each(({ runs }) => runs),
    ),
    counter(
      'daisychain_node_batched_total',
      'Messages that shared a run of the model with others.',
      each(({ batched }) => batched),
    ),
    counter(
      'daisychain_node_errors_total',
      'Messages that failed with an error.',
      each(({ errors }) => errors),
    ),
    counter(
      'daisychain_node_drops_total',
      'Messages that the queue discarded.',
      each(({ dropped }) => dropped),
    ),
    gauge(
      'daisychain_node_waiting',
      'Messages waiting in the queue.',
      each(({ waiting }) => waiting),
    ),
    {
      name: 'daisychain_node_duration_seconds',
      help: 'Time of a run: waiting, before, in and after the model. Quantiles cover the latest 512 runs.',
      type: 'summary',
      samples: nodes.flatMap((node) =>
        PHASES.flatMap((phase): Sample[] => {
          const labels = { ...labelsOf(node), phase }
          const { p50, p95, sum } = node.ms[phase]
          return [
            { labels: { ...labels, quantile: '0.5' }, value: p50 / 1000 },
            { labels: { ...labels, quantile: '0.95' }, value: p95 / 1000 },
            { suffix: '_sum', labels, value: sum / 1000 },
            { suffix: '_count', labels, value: node.runs },
          ]
        }),
      ),
    },
    gauge(
      'daisychain_node_last_duration_seconds',
      'Time of the last run, by phase.',
      nodes.flatMap((node) =>
        PHASES.map((phase) => ({ labels: { ...labelsOf(node), phase }, value: node.ms[phase].last / 1000 })),
      ),
    ),
  ]
}

function engineFamilies(): Family[] {
  const engines = sharedEngines()
  const each = (value: (state: (typeof engines)[0]['state']) => number) =>
    engines.map(({ options, state }, index): Sample => {
      const { device, isolation } = options
      return { labels: { engine: String(index), device: `${device}`, isolation: `${isolation}` }, value: value(state) }
    })
  const eachServer = (value: (server: ServerState) => number) =>
    engines.flatMap(({ state: { servers = [] } }, index) =>
      servers.map((server): Sample => {
        return { labels: { engine: String(index), server: server.address }, value: value(server) }
      }),
    )
  return [
    counter(
      'daisychain_engine_runs_total',
      'Runs of models that succeeded.',
      each(({ runs }) => runs),
    ),
    counter(
      'daisychain_engine_errors_total',
      'Requests that failed.',
      each(({ errors }) => errors),
    ),
    counter(
      'daisychain_engine_restarts_total',
      'Lanes that died during a run.',
      each(({ restarts }) => restarts),
    ),
    gauge(
      'daisychain_engine_waiting',
      'Runs waiting for a lane.',
      each(({ waiting }) => waiting),
    ),
    gauge(
      'daisychain_engine_server_under_way',
      'Runs in progress on an inference server.',
      eachServer(({ underWay }) => underWay),
    ),
    gauge(
      'daisychain_engine_server_away',
      'Whether an inference server is away, 1 or 0.',
      eachServer(({ away }) => Number(away !== undefined)),
    ),
    gauge(
      'daisychain_engine_models',
      'Models in memory.',
      each(({ loaded }) => loaded.length),
    ),
    gauge(
      'daisychain_engine_kept_pictures',
      'Pictures kept in the engine until something reads them.',
      each(({ kept }) => kept.pictures),
    ),
    gauge(
      'daisychain_engine_kept_bytes',
      'Memory outside Node-RED that those pictures use.',
      each(({ kept }) => kept.bytes),
    ),
    counter(
      'daisychain_engine_moved_pictures_total',
      "Pictures moved into Node-RED because the engine's memory was full.",
      each(({ kept }) => kept.moved),
    ),
    gauge(
      'daisychain_engine_models_set_aside',
      'Models set aside.',
      each(({ setAside }) => setAside.length),
    ),
    gauge(
      'daisychain_engine_models_bytes',
      'Memory reserved for the loaded models.',
      each(({ loaded }) => loaded.reduce((sum, { bytes }) => sum + bytes, 0)),
    ),
  ]
}

function pictureFamilies(): Family[] {
  const { bytes, limit, waiting, refused } = underWayNow()
  const one = (value: number): Sample[] => [{ labels: {}, value }]
  return [
    gauge('daisychain_pictures_bytes', 'Decoded pictures and sounds in memory on their way through flows.', one(bytes)),
    gauge('daisychain_pictures_limit_bytes', 'The memory that they may use together.', one(limit)),
    gauge('daisychain_pictures_waiting', 'Pictures and sounds waiting for memory.', one(waiting)),
    counter(
      'daisychain_pictures_refused_total',
      'Pictures and sounds of queries rejected because memory was full.',
      one(refused),
    ),
  ]
}

const counter = (name: string, help: string, samples: Sample[]): Family => ({ name, help, type: 'counter', samples })
const gauge = (name: string, help: string, samples: Sample[]): Family => ({ name, help, type: 'gauge', samples })

function labelsOf({ id, type, name }: NodeMetrics): Record<string, string> {
  return { node: id, type, name }
}

function withoutToken({ options, ...rest }: ReturnType<typeof sharedEngines>[number]) {
  const { server, ...others } = options
  return { ...rest, options: { ...others, ...(server && { server: { ...server, token: undefined } }) } }
}
