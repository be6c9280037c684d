import { createHash } from 'node:crypto'
import type { Node, NodeAPI } from 'node-red'
import { withoutUsers } from '../../src/types'

type Kind = 'token' | 'password'

/**
 * What a node that asks servers keeps with Node-RED's credentials. For whom it was saved: which one it was,
 * and the origins.
 */
export type Secrets = { [Name in Kind | `${Kind}For`]?: string }

/**
 * The token or password of a node, for the servers that it was saved for: where its address was changed and the token
 * was not typed again, it stays here, and the node warns of it.
 *
 * @returns '' for none
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

/** The token that is stored, if it was saved for this address. @returns null if it was saved for another */
export function storedToken(secrets: Secrets | undefined, address: string): string | null {
  const token = secrets?.token?.trim() ?? ''
  return token === '' || strangeTo(secrets, [address]) === null ? token : null
}

/** @param strange if it is not sent */
export function notFor(secrets: Secrets | undefined, strange: string, kind: Kind = 'token'): string {
  const [, ...origins] = secrets?.[`${kind}For`]?.split(' ') ?? []
  return `The ${kind} was saved for ${origins.join(', ')} and isn't sent to ${withoutUsers(strange)}: enter it again in the node.`
}

/** The first address that the token was not saved for. One that was never bound, or is another since, may go to all. */
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
    // Only those of the web have an origin.
    return origin === 'null' ? `${protocol}//${host}` : origin
  })
}

/** Tells one token from another, and does not tell it. */
function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16)
}
