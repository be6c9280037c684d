import type { Node, NodeAPI } from 'node-red'
import type { FlowNode } from '../../src/flow'
import { WHERE_BYTES_GET_LOST } from '../../src/types'
import { deployedFlow, idInFlow } from './deployed-flow'

type Settings = FlowNode['config']

/** Node-RED's nodes that turn bytes into text with certain settings, and how to correct the settings. */
const makers: Record<string, { isText(settings: Settings): boolean; mend: string } | undefined> = {
  'http request': { isText: ({ ret }) => ret !== 'bin', mend: 'Return to "a binary buffer"' },
  'file in': {
    isText: ({ format }) => format === 'utf8' || format === 'lines',
    mend: 'Output to "a single Buffer object"',
  },
  'mqtt in': { isText: ({ datatype }) => (datatype || 'utf8') === 'utf8', mend: 'Output to "a Buffer"' },
  'tcp in': { isText: ({ datatype }) => datatype === 'utf8', mend: 'Output to Buffer' },
  'tcp request': { isText: ({ ret }) => ret === 'string', mend: 'Return to "Buffer"' },
  'udp in': { isText: ({ datatype }) => datatype === 'utf8', mend: 'Output to "a Buffer"' },
}

/** How many nodes a sentence names at most. */
const NAMED = 3

/** Adds to the sentence about bytes that became text which nodes may have caused it. */
export function nameMakers(RED: NodeAPI, node: Node, sentence: string): string {
  if (!sentence.includes(WHERE_BYTES_GET_LOST)) return sentence
  const found = makersBefore(RED, node)
  if (found.length === 0) return sentence
  const steps = found.map(
    ({ name, type, mend }) => `open ${name ? `“${name}” (${type})` : `“${type}”`} and set ${mend}`,
  )
  return sentence.replace(WHERE_BYTES_GET_LOST, () => steps.join(', or '))
}

function makersBefore(RED: NodeAPI, node: Node): { name: string; type: string; mend: string }[] {
  const { graph, checker } = deployedFlow(RED)
  const here = idInFlow(node)
  return [...graph.ids()]
    .flatMap((id) => {
      const one = graph.node(id)
      const maker = one && !one.disabled ? makers[one.type] : undefined
      return one && maker?.isText(one.config) && checker.reach(id).has(here) ? [{ ...one, mend: maker.mend }] : []
    })
    .slice(0, NAMED)
}
