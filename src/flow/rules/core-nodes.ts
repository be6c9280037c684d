import type { NodeDeclaration, TypeExpression } from '../declaration'
import { encodedInput, notForPictures } from './encoded'

const text: TypeExpression = { type: 'text' }
const number: TypeExpression = { type: 'number' }
const any: TypeExpression = { type: 'any' }
const texts: TypeExpression = { type: 'array', itemType: text }
const source = (outputs: Record<string, TypeExpression>): NodeDeclaration => ({ outputs: [outputs], passes: false })
/** Nodes that send data out of Node-RED send bytes. */
const bytes = encodedInput('buffer')
const sink: NodeDeclaration = { inputs: { payload: bytes } }

/** `brings`: the node's text comes from outside, written by people or devices. */
interface CoreNode extends NodeDeclaration {
  brings?: true
}

/**
 * The outputs of Node-RED's own nodes that are determined by settings. Bytes are `any`, because they may be a
 * picture. Nodes that aren't in any table have unknown outputs.
 */
export const coreNodes: Record<string, CoreNode> = {
  debug: {},
  'http response': sink,
  'mqtt out': sink,
  'tcp out': sink,
  'tcp request': { inputs: { payload: bytes } },
  'udp out': sink,
  'websocket out': sink,
  exec: {
    inputs: { $addpay: encodedInput('base64') },
    cases: [{ when: { addpay: ['', false] }, inputs: { $addpay: null } }],
    outputs: [
      { payload: any, rc: any },
      { payload: any, rc: any },
      { payload: any, rc: any },
    ],
    passes: true,
  },

  complete: { outputs: [{}] },
  catch: { outputs: [{ error: any }] },
  status: source({ status: any, source: any }),

  'http in': source({ payload: any, req: any, res: any }),
  'http request': {
    brings: true,
    inputs: { payload: bytes },
    outputs: [
      {
        payload: any,
        statusCode: any,
        headers: any,
        responseUrl: text,
        redirectList: any,
        responseCookies: any,
        retry: number,
      },
    ],
    passes: true,
    defaults: { ret: 'txt', method: 'GET', paytoqs: 'ignore' },
    cases: [
      { when: { ret: 'txt' }, outputs: [{ payload: text }] },
      { when: { method: ['GET', 'HEAD'], paytoqs: ['ignore', false] }, inputs: { payload: null } },
    ],
  },
  'tcp in': {
    brings: true,
    outputs: [{ payload: any, topic: any, ip: any, port: any, parts: any }],
    passes: false,
    cases: [{ when: { datatype: ['utf8', 'base64'] }, outputs: [{ payload: text }] }],
  },
  'udp in': {
    brings: true,
    outputs: [{ payload: any, fromip: text, ip: text, port: number }],
    passes: false,
    cases: [{ when: { datatype: ['utf8', 'base64'] }, outputs: [{ payload: text }] }],
  },
  'websocket in': { brings: true },
  'mqtt in': {
    brings: true,
    outputs: [{ payload: any, topic: text, qos: number, retain: { type: 'boolean' } }],
    defaults: { datatype: 'utf8' },
    cases: [{ when: { datatype: ['utf8', 'base64'] }, outputs: [{ payload: text }] }],
  },
  'file in': {
    brings: true,
    outputs: [{ payload: any, filename: text }],
    passes: true,
    cases: [
      { when: { format: ['utf8', 'lines'] }, outputs: [{ payload: text }] },
      { when: { format: ['lines', 'stream'] }, outputs: [{ parts: any, topic: any }], passes: false },
      { when: { format: ['lines', 'stream'], allProps: true }, passes: true },
    ],
  },
  file: {
    inputs: { payload: bytes },
    outputs: [{ filename: text }],
    passes: true,
    cases: [{ when: { overwriteFile: 'delete' }, inputs: { payload: null } }],
  },
  watch: {
    outputs: [{ payload: text, topic: text, file: text, filename: text, type: text, size: any }],
    passes: false,
  },

  html: {
    inputs: { $property: notForPictures },
    outputs: [{ $outproperty: any, parts: any }],
    passes: true,
    defaults: { outproperty: 'payload', as: 'single', ret: 'html' },
    cases: [
      { when: { as: 'multi', ret: ['html', 'text'] }, outputs: [{ $outproperty: text }] },
      { when: { as: 'single', ret: ['html', 'text'] }, outputs: [{ $outproperty: texts }] },
    ],
  },
  xml: { inputs: { $property: notForPictures }, outputs: [{ $property: any }], passes: true },
  junction: { outputs: [{}], passes: true },
  'link in': { outputs: [{}], passes: true },
  'link out': { outputs: [{}], passes: true },
}
