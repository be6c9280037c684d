import { createHash } from 'node:crypto'
import type { Node, NodeAPI } from 'node-red'
import { withoutUsers } from '../../src/types'

type Kind = 'token' | 'password'

/**
 * The secrets of a node that queries servers, stored in Node-RED's credentials. `…For` says what each was
 * saved for: a hash of the secret, and the servers' origins.
 */
export type Secrets = { [Name in Kind | `${Kind}For`]?: string }

/**
 * A node's token or password, if it was saved for these servers. If the address was changed without typing
 * the token again, the token isn't sent, and the node warns.
 * @returns '' if there is none, or it isn't sent
 */
export function tokenFor(
  RED: NodeAPI,
  node: Node<Secrets>,
  addresses: readonly string[],
  kind: Kind = 'token',
): string {
  const token = node.credentials?.[kind]?.trim() ?? ''
  if (token === '') return ''
  const strange = strangeTo(node.credentials, addresses, kind)
  if (strange === null) {
    const saved = { ...node.credentials, [`${kind}For`]: [idOf(token), ...originsOf(addresses)].join(' ') }
    node.credentials = saved
    RED.nodes.addCredentials(node.id, saved)
    return token
  }
  node.warn(notFor(node.credentials, strange, kind))
  return ''
}

/** The stored token; '' if there is none. @returns null if it was saved for another address */
export function storedToken(secrets: Secrets | undefined, address: string): string | null {
  const token = secrets?.token?.trim() ?? ''
  return token === '' || strangeTo(secrets, [address]) === null ? token : null
}

/** @param strange the address that it isn't sent to */
export function notFor(secrets: Secrets | undefined, strange: string, kind: Kind = 'token'): string {
  const [, ...origins] = secrets?.[`${kind}For`]?.split(' ') ?? []
  return `The ${kind} was saved for ${origins.join(', ')} and isn't sent to ${withoutUsers(strange)}: enter it again in the node.`
}

/**
 * The first address that the token was not saved for. A token that was never bound to addresses, or has been
 * changed since, may be sent to all.
 */
function strangeTo(secrets: Secrets = {}, addresses: readonly string[], kind: Kind = 'token'): string | null {
  const [id, ...known] = (secrets[`${kind}For`] ?? '').split(' ')
  if (id !== idOf((secrets[kind] ?? '').trim())) return null
  return originsOf(addresses).find((origin) => !known.includes(origin)) ?? null
}

function originsOf(addresses: readonly string[]): string[] {
  return addresses.map((address) => {
    const whole = /^[a-z]+:\/\//i.test(address.trim()) ? address.trim() : `http://${address.trim()}`
    if (!URL.canParse(whole)) return 'nowhere'
    const { origin, protocol, host } = new URL(whole)
    // Only web addresses have an origin.
    return origin === 'null' ? `${protocol}//${host}` : origin
  })
}

/** Identifies a token without revealing it. */
function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16)
}
