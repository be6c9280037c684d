import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Where to look. Tests use other folders. */
export interface Place {
  platform: NodeJS.Platform
  root: string
  home: string
}

const here: Place = { platform: process.platform, root: '/', home: homedir() }
const NODE_RED = /node-?red/i

/** What starts Node-RED together with the computer; null if nothing was found. */
export async function findAutostart({ platform, root, home }: Place = here): Promise<string | null> {
  if (existsSync(join(root, '.dockerenv')) || existsSync(join(root, 'run/.containerenv')))
    return 'the container (set “restart: unless-stopped” there, which cannot be seen from inside)'
  if (platform === 'win32') return scheduledTask()
  const folders =
    platform === 'darwin'
      ? [join(root, 'Library/LaunchDaemons'), join(home, 'Library/LaunchAgents')]
      : ['etc/systemd/system', '.config/systemd/user'].flatMap((folder, index) =>
          wantsBelow(join(index === 0 ? root : home, folder)),
        )
  const unit = folders.flatMap(filesIn).find((file) => !/watchdog/i.test(file) && mentionsNodeRed(file))
  if (unit) return unit
  const pm2 = join(home, '.pm2', 'dump.pm2')
  return mentionsNodeRed(pm2) ? pm2 : null
}

/** The enabled units in a folder: links in its subfolders `….wants`. */
function wantsBelow(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith('.wants'))
    .map((name) => join(folder, name))
}

function filesIn(folder: string): string[] {
  return namesIn(folder).map((name) => join(folder, name))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function mentionsNodeRed(file: string): boolean {
  try {
    return NODE_RED.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

async function scheduledTask(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('schtasks', ['/query', '/fo', 'csv', '/v'], {
      timeout: 20_000,
      maxBuffer: 2e7,
    })
    const task = stdout.split('\n').find((line) => NODE_RED.test(line))
    return task ? 'a scheduled task' : null
  } catch {
    return null
  }
}
