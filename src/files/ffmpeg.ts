import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import type { Readable } from 'node:stream'
import { childEnvironment } from '../apart/environment'
import { Image, ValueError } from '../types'
import { requireFile } from './regular-file'

const NO_FFMPEG =
  'videos need ffmpeg, which is not installed: install it (Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg) and try again'

/** What counts as a video, by its ending. */
export function isVideoName(name: string): boolean {
  return /^\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ogv|wmv|flv|3gp)$/i.test(extname(name))
}

/** Files that hold a video themselves. Lists of other files are left out: they would lead out of the allowed folder. */
const CONTAINERS = 'mov,matroska,avi,mpeg,mpegvideo,mpegts,ogg,asf,flv'

/** Starts ffmpeg, or another of its programs. No shell: arguments are passed as they are. */
export function startFfmpeg(args: string[], pathFolders = process.env.PATH): ChildProcess {
  return spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...childEnvironment('program'), PATH: pathFolders },
  })
}

/** Waits for ffmpeg's end. @throws ValueError in a sentence that starts with `what` */
export function ffmpegEnd(child: ChildProcess, what: string): Promise<void> {
  let complaint = ''
  child.stderr?.on('data', (data) => {
    complaint = `${complaint}${data}`.slice(-2000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ValueError(error.code === 'ENOENT' ? NO_FFMPEG : `${what} cannot be worked on: ${error.message}`)),
    )
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new ValueError(`${what} cannot be worked on: ${lastLine(complaint) || `ffmpeg ended with ${code}`}`))
    })
  })
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').pop() ?? ''
  return line.replace(/^\[[^\]]*\]\s*/, '').replace(/[.\s]+$/, '')
}

/**
 * Frames of a video, one by one: ffmpeg waits while nobody takes the next one.
 *
 * @param rate frames a second; 0: all there are
 * @throws ValueError when there is no ffmpeg, or the file is no video
 */
export async function* videoFrames(path: string, rate: number, signal: AbortSignal): AsyncGenerator<Image> {
  await requireFile(path)
  const filter = rate > 0 ? ['-vf', `fps=${rate}`] : []
  const child = startFfmpeg([
    ...[
      '-protocol_whitelist',
      'file,pipe',
      '-format_whitelist',
      CONTAINERS,
      '-i',
      `file:${path}`,
      '-an',
      '-sn',
      ...filter,
    ],
    ...['-fps_mode', rate > 0 ? 'auto' : 'passthrough', '-f', 'image2pipe', '-c:v', 'ppm', '-'],
  ])
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  const end = ffmpegEnd(child, `the video ${path}`)
  end.catch(() => {}) // Told below, after the frames that there were.
  try {
    yield* readPixmaps(child.stdout as Readable)
    await end
  } finally {
    signal.removeEventListener('abort', stop)
    if (child.exitCode === null) {
      child.kill('SIGKILL')
      if (child.pid) await once(child, 'close')
    }
  }
}

/** Splits a stream of binary PPM pictures, which say their size themselves. */
async function* readPixmaps(stream: Readable): AsyncGenerator<Image> {
  let parts: Buffer[] = []
  let held = 0
  let header: { width: number; height: number; start: number; end: number } | null = null
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part)
    held += part.length
    for (;;) {
      if (header && held < header.end) break
      const bytes: Buffer = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
      header ??= readHeader(bytes)
      parts = [bytes]
      if (!header || held < header.end) break
      const { width, height, start, end } = header
      yield new Image({ width, height, channels: 3, data: new Uint8Array(bytes.subarray(start, end)) })
      parts = [bytes.subarray(end)]
      held -= end
      header = null
    }
  }
}

function readHeader(bytes: Buffer) {
  const text = bytes.subarray(0, 40).toString('latin1')
  const found = /^P6\s(\d+)\s(\d+)\s255\s/.exec(text)
  if (!found) return null
  const [width, height, start] = [Number(found[1]), Number(found[2]), found[0].length]
  return { width, height, start, end: start + width * height * 3 }
}

/** About how many frames a video has; null where it cannot be told. */
export async function countFrames(path: string, rate: number): Promise<number | null> {
  if (!(await requireFile(path).catch(() => null))) return null
  const args = [
    '-v',
    'error',
    '-format_whitelist',
    CONTAINERS,
    '-select_streams',
    'v:0',
    '-show_entries',
    'stream=nb_frames,r_frame_rate:format=duration',
  ]
  return new Promise((resolve) => {
    const options = { timeout: 10_000, env: childEnvironment('program') }
    execFile('ffprobe', [...args, '-of', 'json', `file:${path}`], options, (error, output) => {
      if (error) return resolve(null)
      const { streams = [], format = {} } = JSON.parse(output) as Probe
      const exact = Number(streams[0]?.nb_frames)
      if (!rate && exact > 0) return resolve(exact)
      const [count = 0, seconds = 1] = (streams[0]?.r_frame_rate ?? '').split('/').map(Number)
      const estimate = Math.round(Number(format.duration) * (rate || count / seconds))
      resolve(estimate > 0 ? estimate : null)
    })
  })
}

interface Probe {
  streams?: { nb_frames?: string; r_frame_rate?: string }[]
  format?: { duration?: string }
}
