import { createHash } from 'node:crypto'
import type { Node, NodeAPI } from 'node-red'
import { withoutUsers } from '../../src/types'

/** What a node that asks servers keeps with Node-RED's credentials. */
export interface Secrets {
  token?: string
  /** For whom the token was saved: which one it was, and the origins. */
  tokenFor?: string
}

/**
 * The token of a node, for the servers that it was saved for: where its address was changed and the token was not typed anew, it
 * stays here, and the node warns of it.
 *
 * @returns '' for none
 */
export function tokenFor(RED: NodeAPI, node: Node<Secrets>, addresses: readonly string[]): string {
  const token = node.credentials?.token?.trim() ?? ''
  if (token === '') return ''
  const strange = strangeTo(node.credentials, addresses)
  if (strange === null) {
    const saved = { ...node.credentials, tokenFor: [idOf(token), ...originsOf(addresses)].join(' ') }
    node.credentials = saved
    RED.nodes.addCredentials(node.id, saved)
    return token
  }
  node.warn(notFor(node.credentials, strange))
  return ''
}

/** The token that is stored, if it was saved for this address. @returns null where it was saved for another */
export function storedToken(secrets: Secrets | undefined, address: string): string | null {
  const token = secrets?.token?.trim() ?? ''
  return token === '' || strangeTo(secrets, [address]) === null ? token : null
}

/** @param strange where it is not sent */
export function notFor(secrets: Secrets | undefined, strange: string): string {
  const [, ...origins] = secrets?.tokenFor?.split(' ') ?? []
  return `The token was saved for ${origins.join(', ')} and isn't sent to ${withoutUsers(strange)}: enter it again in the node.`
}

/** The first address that the token was not saved for. One that was never bound, or is another since, may go to all. */
function strangeTo({ token = '', tokenFor = '' }: Secrets = {}, addresses: readonly string[]): string | null {
  const [id, ...known] = tokenFor.split(' ')
  if (id !== idOf(token.trim())) return null
  return originsOf(addresses).find((origin) => !known.includes(origin)) ?? null
}

function originsOf(addresses: readonly string[]): string[] {
  return addresses.map((address) => {
    const whole = /^[a-z]+:\/\//i.test(address.trim()) ? address.trim() : `http://${address.trim()}`
    return URL.canParse(whole) ? new URL(whole).origin : 'nowhere'
  })
}

/** Tells one token from another, and does not tell it. */
function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16)
}
