import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { isIP, type Socket } from 'node:net'
import tls from 'node:tls'
import { proxyAuthorization, proxyFor } from './proxy'
import { Interruption, StoreError } from './store-error'

export interface GetOptions {
  headers: Record<string, string>
  /** A connection that sends no data for this many milliseconds counts as dead. */
  idle: number
  signal: AbortSignal
  env?: NodeJS.ProcessEnv
}

const REDIRECTS = 5

/**
 * Sends a GET request through the environment's proxy and follows a few redirects, but never from https to
 * http.
 *
 * @throws StoreError if retrying is useless; otherwise the network's error
 */
export async function get(address: URL, options: GetOptions): Promise<IncomingMessage> {
  let url = address
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    // Credentials aren't passed on to other hosts.
    const { authorization: _, ...others } = options.headers
    const response = await send(url, url.host === address.host ? options : { ...options, headers: others })
    const { statusCode = 0, headers } = response
    if (![301, 302, 303, 307, 308].includes(statusCode)) return response
    response.destroy()
    url = redirected(url, headers.location)
  }
  throw new StoreError(`${address.host} redirected more than ${REDIRECTS} times.`)
}

function redirected(from: URL, location: string | undefined): URL {
  if (!location || !URL.canParse(location, from))
    throw new StoreError(`${from.host} redirects without naming an address.`)
  const to = new URL(location, from)
  if (to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')) return to
  throw new StoreError(`${from.host} redirects to ${to.protocol}//${to.host}, which isn't safe to follow.`)
}

async function send(url: URL, { headers, idle, signal, env }: GetOptions): Promise<IncomingMessage> {
  const proxy = proxyFor(url, env)
  if (!proxy) return answer(clientOf(url).request(url, { headers, signal, agent: false }), idle)
  if (url.protocol === 'http:') {
    const forwarded = { ...headers, ...proxyAuthorization(proxy), host: url.host }
    return answer(
      clientOf(proxy).request({ ...hostOf(proxy), path: url.href, headers: forwarded, signal, agent: false }),
      idle,
    )
  }
  const socket = await tunnel(url, proxy, idle, signal)
  const { host } = hostOf(url)
  const createConnection = () => tls.connect({ socket, host, ...(isIP(host) === 0 && { servername: host }) })
  return answer(https.request(url, { headers, signal, createConnection }), idle)
}

/** Opens a tunnel to a host through a proxy. */
async function tunnel(url: URL, proxy: URL, idle: number, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${url.port || 443}`
  const headers = { ...proxyAuthorization(proxy), host: target }
  const request = clientOf(proxy).request({
    ...hostOf(proxy),
    method: 'CONNECT',
    path: target,
    headers,
    signal,
    agent: false,
  })
  return new Promise((resolve, reject) => {
    const refuse = ({ statusCode = 0 }: IncomingMessage, socket?: Socket) => {
      ;(socket ?? request).destroy()
      const sentence = `the proxy ${proxy.host} answered ${statusCode}`
      if (statusCode >= 500) reject(new Interruption(sentence))
      else
        reject(
          new StoreError(
            `${url.host} cannot be reached: ${sentence}${statusCode === 407 ? ', it needs a user name and password' : ''}.`,
          ),
        )
    }
    watch(request, idle)
      .once('connect', (response, socket: Socket) => {
        if (response.statusCode !== 200) return refuse(response, socket)
        socket.setTimeout(0)
        resolve(socket)
      })
      .once('response', (response) => refuse(response))
      .on('error', reject)
      .end()
  })
}

function answer(request: http.ClientRequest, idle: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    watch(request, idle).once('response', resolve).on('error', reject).end()
  })
}

/** Closes a connection that has stopped sending data, before the response or in the middle of it. */
function watch(request: http.ClientRequest, idle: number): http.ClientRequest {
  let response: IncomingMessage | undefined
  return request
    .setTimeout(idle)
    .once('response', (begun: IncomingMessage) => {
      response = begun
    })
    .once('timeout', () => {
      const seconds = Math.max(1, Math.round(idle / 1000))
      ;(response ?? request).destroy(new Interruption(`nothing arrived for ${seconds} s`))
    })
}

function clientOf({ protocol }: URL): typeof http | typeof https {
  return protocol === 'https:' ? https : http
}

function hostOf({ hostname, port, protocol }: URL): Pick<RequestOptions, 'port'> & { host: string } {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port || (protocol === 'https:' ? 443 : 80) }
}
