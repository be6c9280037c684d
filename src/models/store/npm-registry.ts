import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** The registry for a package, and its credentials. */
export interface Registry {
  /** With a trailing slash. */
  url: URL
  authorization?: string
}

const PUBLIC = 'https://registry.npmjs.org/'

/**
 * The registry that npm would use for a package: the one for its scope, or the default one. Settings come
 * from the environment, then from the `.npmrc` files of the current folder, the user and the npm
 * installation.
 */
export function registryOf(name: string, env: NodeJS.ProcessEnv = process.env): Registry {
  const settings = npmSettings(env)
  const scope = name.startsWith('@') ? name.split('/')[0] : undefined
  const named = (scope && settings(`${scope}:registry`)) || settings('registry') || PUBLIC
  const url = new URL(URL.canParse(named) ? named : PUBLIC)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  const authorization = authorizationFor(url, settings)
  return { url, ...(authorization && { authorization }) }
}

/**
 * The credentials in `.npmrc` for a registry. They are stored under its address without the protocol, or
 * under a parent of that address.
 */
export function authorizationFor(url: URL, settings: (key: string) => string | undefined): string | undefined {
  const parts = url.pathname.split('/').filter(Boolean)
  for (let count = parts.length; count >= 0; count--) {
    const place = `//${url.host}/${parts
      .slice(0, count)
      .map((part) => `${part}/`)
      .join('')}`
    const token = settings(`${place}:_authToken`)
    if (token) return `Bearer ${token}`
    const basic = settings(`${place}:_auth`)
    if (basic) return `Basic ${basic}`
  }
  return undefined
}

/** Looks up a setting in all sources; the first one that has it wins. */
export function npmSettings(env: NodeJS.ProcessEnv): (key: string) => string | undefined {
  const files = [
    join(process.cwd(), '.npmrc'),
    env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
    env.npm_config_globalconfig ?? join(dirname(dirname(process.execPath)), 'etc', 'npmrc'),
  ].map((file) => readSettings(file, env))
  return (key) => env[`npm_config_${key}`] ?? files.find((file) => file.has(key))?.get(key)
}

function readSettings(file: string, env: NodeJS.ProcessEnv): Map<string, string> {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return new Map() // The file doesn't exist or can't be read.
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, key, value = ''] = /^([^=;#\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? []
      const plain = value.replace(/^(["'])(.*)\1$/, '$2')
      return key === undefined ? [] : [[key, plain.replace(/\$\{(\w+)\}/g, (_, name) => env[name] ?? '')]]
    }),
  )
}
