import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { ffmpegEnd, startFfmpeg } from '../../src/files'
import { mp4Box } from '../../src/provenance'
import type { Image } from '../../src/types'
import { withChannels } from '../../src/types/adapt'
import { fitFrame } from './animation'
import type { Collection } from './collection'
import { readFrame } from './read-frame'
import { removeTemporary, temporaryFolder } from './temporary-folder'

export type VideoFormat = 'mp4' | 'webm'

/** How many frames that arrive early are kept. Beyond that, a missing frame is skipped. */
const EARLY = 32

/** Without a stated colour matrix, players interpret the colours differently. */
const BT709 = 'scale=out_color_matrix=bt709:out_range=tv'

const CODECS: Record<VideoFormat, string[]> = {
  mp4: ['-c:v', 'libx264', '-movflags', '+faststart'],
  webm: ['-c:v', 'libvpx-vp9', '-b:v', '0', '-row-mt', '1', '-deadline', 'realtime'],
}

/** Makes a video with ffmpeg, which encodes the frames as they arrive. @param quality 1 to 100 */
export async function createVideo(format: VideoFormat, frameRate: number, quality: number): Promise<Collection> {
  const folder = await temporaryFolder()
  const path = join(folder, `video.${format}`)
  let encoder: { child: ChildProcess; end: Promise<void>; size: { width: number; height: number } } | null = null
  let [count, next] = [0, 0]
  const early = new Map<number, Image>()
  let writing: Promise<void> = Promise.resolve()

  function start({ width, height }: Image) {
    // 1 (best) to 51.
    const factor = Math.round(51 - quality * 0.4)
    const child = startFfmpeg([
      ...['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`],
      ...['-framerate', `${frameRate}`, '-i', '-', ...CODECS[format], '-crf', `${factor}`],
      // Most players require even sides and this pixel format.
      ...['-vf', `pad=ceil(iw/2)*2:ceil(ih/2)*2,${BT709}`, '-pix_fmt', 'yuv420p'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
      ...['-f', format, '-y', path],
    ])
    const end = ffmpegEnd(child, 'the video')
    end.catch(() => {}) // Thrown when the next frame or the file is written.
    child.stdin?.on('error', () => {})
    encoder = { child, end, size: { width, height } }
    return encoder
  }

  async function write(frame: Image): Promise<void> {
    const { child, end, size } = encoder ?? start(frame)
    const { data } = withChannels(await fitFrame(frame, size), 3)
    const input = child.stdin as Writable
    if (!input.writable) await end
    if (!input.write(data)) await Promise.race([once(input, 'drain'), end])
    count++
  }

  /** Each frame waits for those before it. */
  function inTurn(frame: Image): Promise<void> {
    const written = writing.then(() => write(frame))
    writing = written.catch(() => {})
    return written
  }

  async function writeEarly(all: boolean): Promise<void> {
    while (early.size > 0) {
      const first = Math.min(...early.keys())
      if (first !== next && !all && early.size <= EARLY) return
      const frame = early.get(first) as Image
      early.delete(first)
      next = first + 1
      await inTurn(frame)
    }
  }

  return {
    get count() {
      return count + early.size
    },
    async add({ value }, index) {
      const frame = await readFrame(value)
      if (index === undefined) return inTurn(frame)
      early.set(index, frame)
      await writeEarly(false)
    },
    async write(target, xmp) {
      await writeEarly(true)
      encoder?.child.stdin?.end()
      await encoder?.end
      await copyFile(path, target)
      if (xmp && format === 'mp4') await appendFile(target, mp4Box(xmp))
    },
    async remove() {
      if (encoder && encoder.child.exitCode === null) {
        encoder.child.kill('SIGKILL')
        await encoder.end.catch(() => {})
      }
      await removeTemporary(folder)
    },
  }
}
