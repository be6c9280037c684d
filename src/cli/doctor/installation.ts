import { existsSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { readableSize } from '../../files'
import { type FlowNode, readFlow, runningNodes } from '../../flow'
import { loadManifests, loadUserNodes, type Missing, missingModel, setUserDirectory } from '../../models'
import { findAutostart, type Place } from './autostart'
import { type SettingsThere, settingsThere } from './settings-there'

/** One line of the report. */
export interface Finding {
  ok: boolean
  sentence: string
}

/** Free disk space in bytes. Logs, exports and updates take less in some months. */
const LEAST_FREE = 5e9
/** Milliseconds to wait for Node-RED's response. */
const LIMIT = 10_000

const good = (sentence: string): Finding => ({ ok: true, sentence })
const bad = (sentence: string): Finding => ({ ok: false, sentence })

/**
 * `daisychain doctor --installation`. Exit code 0: nothing to do, 1: something to do, 2: the folder doesn't
 * exist.
 */
export async function checkInstallation(userdir: string | undefined, url: string | undefined): Promise<number> {
  const folder = resolve(userdir ?? join(homedir(), '.node-red'))
  if (!existsSync(folder)) {
    console.error(`There is no folder ${folder}. Name Node-RED's user directory with --userdir.`)
    return 2
  }
  const findings = await findingsOf(folder, url)
  for (const { ok, sentence } of findings) process.stdout.write(`${ok ? '✔' : '✘'} ${sentence}\n`)
  const left = findings.filter(({ ok }) => !ok).length
  process.stdout.write(
    left === 0 ? 'Ready to be left alone.\n' : `${left} of ${findings.length} lines need attention.\n`,
  )
  return left === 0 ? 0 : 1
}

/** Exported for its test. @param place where to look for what starts Node-RED */
export async function findingsOf(userDir: string, url?: string, place?: Place): Promise<Finding[]> {
  const settings = await settingsThere(userDir)
  const isRead = typeof settings !== 'string'
  return [
    await disk(userDir),
    ...(isRead ? [] : [bad(settings)]),
    ...flows(userDir, isRead ? settings.flowFile : null),
    ...(isRead ? [login(settings), secret(settings, userDir)] : []),
    await answers(url ?? addressOf(isRead ? settings : null)),
    autostart(await findAutostart(place)),
  ]
}

async function disk(folder: string): Promise<Finding> {
  const found = await statfs(folder).catch(() => null)
  if (!found) return bad(`The free space of ${folder} is unknown: check it yourself.`)
  const free = found.bavail * found.bsize
  return free >= LEAST_FREE
    ? good(`The disk has ${readableSize(free)} free.`)
    : bad(`The disk has only ${readableSize(free)} free: make room for at least ${readableSize(LEAST_FREE)}.`)
}

function flows(userDir: string, named: string | null): Finding[] {
  const names = named ? [named] : ['flows.json', `flows_${hostname()}.json`]
  const file = names.map((name) => resolve(userDir, name)).find((path) => existsSync(path))
  if (!file) return [bad(`There is no ${names[0]} in ${userDir}: deploy the flows there.`)]
  let nodes: FlowNode[]
  try {
    nodes = runningNodes(readFlow(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))))
  } catch (error) {
    return [bad(`${file} cannot be read (${(error as Error).message}): restore it from the backup.`)]
  }
  const lacking = [...new Set(nodes.flatMap((node) => lacks(node, modelsOf(userDir), userDir) ?? []))]
  const stopped = nodes.filter(({ type, config }) => type.startsWith('daisychain-') && config.restart === 'stopped')
  return [
    ...(lacking.length > 0 ? lacking.map(bad) : [good('All models of the flows are here.')]),
    ...stopped.map((node) => bad(`${called(node)} stays stopped after a restart: set “After a restart” to “Running”.`)),
  ]
}

function modelsOf(userDir: string) {
  setUserDirectory(userDir)
  return [...loadManifests(), ...loadUserNodes(userDir, []).models]
}

/** A sentence if a node's model is missing. */
function lacks(node: FlowNode, models: ReturnType<typeof modelsOf>, userDir: string): string | null {
  const model = models.find((each) => each.node === node.type) ?? null
  if (!model && node.type !== 'daisychain-onnx') return null
  try {
    const missing = missingModel(model, node.config, userDir)
    return missing && `${called(node)} is missing its model: ${remedy(missing)}.`
  } catch (error) {
    return `${called(node)} cannot run: ${(error as Error).message}.`
  }
}

function remedy(missing: Missing): string {
  if ('weights' in missing) return `run “npx daisychain models fetch ${missing.weights}”`
  return missing.file ? `there is no file ${missing.file}` : 'open the node and choose a file'
}

function called({ name, type }: FlowNode): string {
  return `“${name || type.replace(/^daisychain-/, '')}”`
}

function login({ hasLogin, httpAdminRoot }: SettingsThere): Finding {
  if (httpAdminRoot === false) return good('The editor is switched off, so it needs no login.')
  return hasLogin
    ? good('The editor asks for a login.')
    : bad(
        'Anybody on the network can change the flows: set “adminAuth” in settings.js, with a password from “node-red admin hash-pw”.',
      )
}

function secret({ secret }: SettingsThere, userDir: string): Finding {
  if (secret === 'set') return good('“credentialSecret” is set: keep a copy of it outside this computer.')
  return secret === 'none'
    ? bad('Passwords of the flows are stored unencrypted: set “credentialSecret” in settings.js.')
    : bad(
        `“credentialSecret” is not set, so a backup without the hidden files of ${userDir} loses all passwords: set it in settings.js, then enter them again.`,
      )
}

function addressOf(settings: SettingsThere | null): string {
  const { uiPort, httpAdminRoot, httpNodeRoot, isHttps } = settings ?? {}
  const root = `/${(httpAdminRoot === false ? httpNodeRoot : httpAdminRoot) || ''}`
    .replace(/\/+/g, '/')
    .replace(/\/$/, '')
  return `${isHttps ? 'https' : 'http'}://127.0.0.1:${uiPort || process.env.PORT || 1880}${root}`
}

async function answers(url: string): Promise<Finding> {
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    return bad(`“${url}” is not an address: use one such as http://127.0.0.1:1880.`)
  // An address may contain a password, which mustn't be printed.
  const shown = new URL('daisychain/health', `${url.replace(/[?#].*$/, '').replace(/\/*$/, '')}/`)
  const { username, password } = shown
  shown.username = ''
  shown.password = ''
  const headers: Record<string, string> = username
    ? { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
    : {}
  try {
    const answer = await fetch(shown, { headers, signal: AbortSignal.timeout(LIMIT) })
    if (answer.status === 200) return good(`Node-RED answers at ${shown}, and everything in it runs.`)
    const said = (await answer.json().catch(() => null)) as { problems?: unknown } | null
    const problems = Array.isArray(said?.problems) ? said.problems.slice(0, 20).map(String).join(' ') : ''
    return bad(
      problems
        ? `Not everything runs at ${shown}. ${problems}`
        : `${shown} answered ${answer.status}: check the address (--url), and that Daisychain is installed there and up to date.`,
    )
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } }
    const why = cause?.code ?? message
    return bad(`Node-RED does not answer at ${shown} (${why}): start it, or name its address with --url.`)
  }
}

function autostart(found: string | null): Finding {
  return found
    ? good(`Node-RED is started by ${found}.`)
    : bad('Nothing was found that starts Node-RED after a power cut: see docs/installations.md, “Autostart”.')
}
