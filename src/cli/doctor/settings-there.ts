import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Facts about an installation from Node-RED's settings. They contain no secrets. */
export interface SettingsThere {
  flowFile: string | null
  uiPort: number | string | null
  httpAdminRoot: string | false | null
  httpNodeRoot: string | false | null
  isHttps: boolean
  hasLogin: boolean
  /** `none`: `credentialSecret` is false, so credentials are stored unencrypted. */
  secret: 'set' | 'unset' | 'none'
}

/** settings.js is a program, so it runs in a separate process, for at most this many milliseconds. */
const LIMIT = 15_000

const reader = `
  const settings = require(process.argv[1])
  const { flowFile = null, uiPort = null, httpRoot = null, httpAdminRoot = httpRoot, httpNodeRoot = httpRoot, https, adminAuth, credentialSecret } = settings
  const secret = credentialSecret === false ? 'none' : credentialSecret ? 'set' : 'unset'
  const found = { flowFile, uiPort, httpAdminRoot, httpNodeRoot, isHttps: Boolean(https), hasLogin: Boolean(adminAuth), secret }
  require('node:fs').writeSync(1, '\\n' + JSON.stringify(found))
  process.exit(0)
`

/** Reads `settings.js` in a user directory. @returns a sentence if that fails */
export async function settingsThere(userDir: string): Promise<SettingsThere | string> {
  const file = resolve(join(userDir, 'settings.js'))
  if (!existsSync(file))
    return `There is no settings.js in ${userDir}: start Node-RED once, or name its folder with --userdir.`
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', reader, file], {
      cwd: userDir,
      timeout: LIMIT,
    })
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as SettingsThere
  } catch (error) {
    const { stderr = '', killed } = error as { stderr?: string; killed?: boolean }
    const why = killed ? `it ran for ${LIMIT / 1000} s` : (/^\w*Error: .*$/m.exec(stderr)?.[0] ?? 'it is not a program')
    return `${file} cannot be read: ${why}. Node-RED would not start with it either: correct it.`
  }
}
