import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countFrames, videoFrames } from '../../src/files'
import { framesOf } from '../../src/images'
import { type Image, pngChunk } from '../../src/types'
import { temporaryFolder } from '../nodes/pictures'
import { assertGreen, GREENS, paintGreen } from './green-video'

const encoders = spawnSync('ffmpeg', ['-hide_banner', '-encoders']).stdout?.toString() ?? ''

describe('videoFrames', () => {
  const folder = temporaryFolder()
  const path = (name: string) => join(folder.path, name)
  after(() => folder.remove())

  const make = (name: string, source: string, ...args: string[]) => {
    if (!existsSync(path(name)))
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...args, path(name)])
    return path(name)
  }
  async function read(name: string, rate = 0) {
    const notices: string[] = []
    const frames: Image[] = []
    const options = { rate, signal: new AbortController().signal, notice: (sentence: string) => notices.push(sentence) }
    for await (const frame of videoFrames(path(name), options)) frames.push(frame)
    return { frames, notices }
  }

  /** Red on the left, blue on the right; half transparent in formats that support it. */
  const halves = 'color=red:s=64x48:r=4:d=1,drawbox=x=32:w=32:h=48:color=blue:t=fill'
  const seeThrough = 'color=red@0.5:s=64x48:r=4:d=1,format=rgba'

  const kinds: [what: string, encoder: string, args: string[], name?: string][] = [
    ['8 bits', 'libx264', ['-pix_fmt', 'yuv420p']],
    ['10 bits', 'libx264', ['-pix_fmt', 'yuv420p10le']],
    ['4:4:4', 'libx264', ['-pix_fmt', 'yuv444p']],
    ['4:2:2 of 10 bits', 'libx264', ['-pix_fmt', 'yuv422p10le']],
    ['HEVC Main 10', 'libx265', ['-pix_fmt', 'yuv420p10le', '-x265-params', 'log-level=none'], 'mp4'],
    ['ProRes', 'prores_ks', ['-profile:v', '3'], 'mov'],
    ['RGB of 12 bits', 'ffv1', ['-pix_fmt', 'gbrp12le']],
    ['RGB of 16 bits', 'ffv1', ['-pix_fmt', 'rgb48le']],
    ['a palette', 'qtrle', ['-pix_fmt', 'pal8'], 'mov'],
    ['Motion JPEG', 'mjpeg', ['-pix_fmt', 'yuvj422p'], 'avi'],
    ['MPEG-2 in MXF', 'mpeg2video', ['-r', '25'], 'mxf'],
  ]
  for (const [i, [what, encoder, args, ending = 'mkv']] of kinds.entries()) {
    it(`reads ${what} as 8 bits`, async function () {
      if (!encoders.includes(` ${encoder} `)) this.skip()
      make(`${i}.${ending}`, halves, '-c:v', encoder, ...args)
      const { frames } = await read(`${i}.${ending}`)
      assert.equal(frames.length, ending === 'mxf' ? 25 : 4)
      for (const { width, height, channels, data } of frames) {
        assert.deepEqual([width, height, channels], [64, 48, 3])
        const [left, right] = [(24 * 64 + 8) * 3, (24 * 64 + 56) * 3]
        assert.ok((data[left] as number) > 200 && (data[left + 2] as number) < 60, `${data.subarray(left, left + 3)}`)
        assert.ok(
          (data[right] as number) < 60 && (data[right + 2] as number) > 200,
          `${data.subarray(right, right + 3)}`,
        )
      }
    })
  }

  it('reads 16-bit grey', async function () {
    if (!encoders.includes(' ffv1 ')) this.skip()
    make('grey.mkv', 'color=gray:s=32x32:r=4:d=1', '-c:v', 'ffv1', '-pix_fmt', 'gray16le')
    const [first] = (await read('grey.mkv')).frames
    assert.ok(Math.abs((first?.data[0] as number) - 128) < 3)
  })

  const transparent: [what: string, encoder: string, args: string[], ending: string][] = [
    ['ProRes 4444', 'prores_ks', ['-profile:v', '4444', '-pix_fmt', 'yuva444p10le'], 'mov'],
    ['VP9', 'libvpx-vp9', ['-pix_fmt', 'yuva420p'], 'webm'],
    ['VP8', 'libvpx', ['-pix_fmt', 'yuva420p', '-auto-alt-ref', '0'], 'webm'],
    ['Animation', 'qtrle', ['-pix_fmt', 'argb'], 'mov'],
    ['PNG', 'png', ['-pix_fmt', 'rgba'], 'mov'],
  ]
  for (const [what, encoder, args, ending] of transparent) {
    it(`keeps what is transparent in ${what}`, async function () {
      if (!encoders.includes(` ${encoder} `)) this.skip()
      make(`${encoder}.${ending}`, seeThrough, '-c:v', encoder, ...args)
      const { frames } = await read(`${encoder}.${ending}`)
      assert.deepEqual([frames.length, frames[0]?.channels], [4, 4])
      assert.ok(Math.abs((frames[3]?.data[3] as number) - 127) < 6, `${frames[3]?.data.subarray(0, 4)}`)
    })
  }

  for (const [kind, transfer] of [
    ['PQ', 'smpte2084'],
    ['HLG', 'arib-std-b67'],
  ] as const) {
    it(`names HDR (${kind}), and gives it as ordinary pictures`, async function () {
      if (!encoders.includes(' libx265 ')) this.skip()
      const colors = ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc']
      make(
        `${kind}.mp4`,
        halves,
        '-c:v',
        'libx265',
        '-x265-params',
        'log-level=none',
        '-pix_fmt',
        'yuv420p10le',
        ...colors,
      )
      const { frames, notices } = await read(`${kind}.mp4`)
      assert.equal(frames.length, 4)
      assert.match(notices.join(), new RegExp(`^the video .* is HDR \\(${kind}\\)`))
    })
  }

  it('reports if there are no pictures', async function () {
    if (!encoders) this.skip()
    make('sound.mp4', 'sine=d=1')
    await assert.rejects(read('sound.mp4'), /sound\.mp4 contains no pictures: it is damaged, or contains only sound$/)
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', halves, '-t', '0', path('empty.mkv')])
    await assert.rejects(read('empty.mkv'), /empty\.mkv (gave no picture|contains no pictures|is damaged)/)
  })

  it('gives square pixels, as the video is displayed, also for upright ones', async function () {
    if (!encoders.includes(' libx264 ')) this.skip()
    const shown = async (name: string) =>
      (await read(name)).frames.slice(0, 1).map(({ width, height }) => [width, height])[0]
    for (const [name, aspect, size] of [
      ['wide.mkv', '2/1', [128, 48]],
      ['narrow.mkv', '8/9', [64, 54]],
    ] as const) {
      make(name, `${halves},setsar=${aspect}`, '-c:v', 'libx264', '-pix_fmt', 'yuv420p')
      assert.deepEqual(await shown(name), size)
    }
    const wide = make('wide.mp4', `${halves},setsar=2/1`, '-c:v', 'libx264', '-pix_fmt', 'yuv420p')
    const turn = ['-metadata:s:v:0', 'rotate=90'] // Newer versions of ffmpeg ignore this option.
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', wide, '-c', 'copy', ...turn, path('upright.mp4')])
    assert.match(String(await shown('upright.mp4')), /^(48,128|128,48)$/)
  })

  for (const [what, coded] of GREENS) {
    it(`reads the colours of a video that ${what}`, async function () {
      if (!encoders.includes(' libx264 ')) this.skip()
      const name = `${coded.matrix} ${coded.primaries} ${coded.width} ${coded.isStated}.mp4`
      paintGreen(path(name), coded)
      assertGreen((await read(name)).frames[0])
    })
  }

  it('makes one picture of the two moments in each interlaced frame', async function () {
    if (!encoders.includes(' libx264 ')) this.skip()
    // A white bar moves so fast that each moment shows it elsewhere.
    const lit = "lum='if(between(X-mod(N*9\\,56)\\,0\\,7)\\,235\\,16)':cb=128:cr=128"
    const moments = `nullsrc=s=64x48:r=50:d=1,geq=${lit},tinterlace=mode=interleave_top`
    const args = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p']
    make('stated.mkv', `${moments},setfield=tff`, ...args, '-flags', '+ildct+ilme', '-x264opts', 'tff=1')
    make('unstated.mkv', `${moments},setfield=prog`, ...args)
    /** The number of frames, and how much lines in the middle of one differ from the next, 0 to 255. */
    const combs = async (name: string): Promise<[count: number, comb: number]> => {
      const { frames } = await read(name)
      const { width, height, data } = frames[5] ?? assert.fail(name)
      const line = width * 3
      let sum = 0
      for (let i = 10 * line; i < (height - 10) * line; i++)
        sum += Math.abs((data[i] as number) - (data[i + line] as number))
      return [frames.length, sum / line / (height - 20)]
    }
    const [[count, combed], [same, smooth]] = [await combs('unstated.mkv'), await combs('stated.mkv')]
    assert.deepEqual([count, same], [25, 25])
    assert.ok(combed > 40 && smooth < 5, `${combed}, ${smooth}`)
  })

  it('reads the video, not its cover, wherever that is', async function () {
    if (!encoders.includes(' libx264 ')) this.skip()
    const video = make('plain.mp4', halves, '-c:v', 'libx264', '-pix_fmt', 'yuv420p')
    const cover = make('cover.jpg', 'color=lime:s=32x32', '-frames:v', '1')
    const ffmpeg = (...args: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-y', '-nostdin', ...args])
    const isCover = ['-map', '0', '-map', '1', '-c:v', 'copy', '-disposition:v:0', 'attached_pic']
    ffmpeg('-i', cover, '-i', video, ...isCover, path('covered.mp4'))
    // Other programs put the cover (in udta) before the video (trak).
    const bytes = readFileSync(path('covered.mp4'))
    const boxes = (from: number, to: number) => {
      const found: { kind: string; at: number; end: number }[] = []
      for (let at = from; at < to; at = found.at(-1)?.end as number)
        found.push({ kind: bytes.toString('latin1', at + 4, at + 8), at, end: at + bytes.readUInt32BE(at) })
      return found
    }
    const moov = boxes(0, bytes.length).find(({ kind }) => kind === 'moov')
    assert.ok(moov)
    const inside = boxes(moov.at + 8, moov.end).sort((a, b) => Number(b.kind === 'udta') - Number(a.kind === 'udta'))
    const parts = [{ at: 0, end: moov.at + 8 }, ...inside, { at: moov.end, end: bytes.length }]
    writeFileSync(path('first.mp4'), Buffer.concat(parts.map(({ at, end }) => bytes.subarray(at, end))))
    for (const name of ['covered.mp4', 'first.mp4']) {
      const { frames } = await read(name)
      assert.deepEqual([frames.length, frames[0]?.width, frames[0]?.height], [4, 64, 48], name)
      assert.equal(await countFrames(path(name), 0), 4)
    }
    ffmpeg('-i', cover, '-f', 'lavfi', '-i', 'sine=d=1', ...isCover, path('only.mp4'))
    await assert.rejects(read('only.mp4'), /only\.mp4 contains no pictures: it is damaged, or contains only sound/)
  })

  it('takes the given number of frames per second', async function () {
    if (!encoders.includes(' libx264 ')) this.skip()
    make('0.mkv', halves, '-c:v', 'libx264', '-pix_fmt', 'yuv420p')
    assert.equal((await read('0.mkv', 2)).frames.length, 2)
  })

  for (const [ending, args] of Object.entries({
    gif: [],
    webp: ['-loop', '0'],
    png: ['-plays', '0', '-f', 'apng'],
    apng: ['-plays', '0'],
  })) {
    it(`reads all frames of an animated ${ending}`, async function () {
      if (!encoders || (ending === 'webp' && !encoders.includes(' libwebp_anim '))) this.skip()
      const name = `moving.${ending}`
      make(name, 'color=red:s=40x30:r=4:d=1,hue=H=2*PI*t', ...args)
      const all = async (rate: number, file = name) => {
        const found = await framesOf(path(file), { rate, signal: new AbortController().signal })
        const frames: Image[] = []
        for await (const frame of found?.frames() ?? []) frames.push(frame)
        return { frames, count: found?.count }
      }
      const { frames, count } = await all(0)
      assert.equal(frames.length, 4)
      assert.ok(count === 4 || count === null)
      const [first, , third] = frames as [Image, Image, Image, Image]
      assert.deepEqual([first.width, first.height], [40, 30])
      assert.ok((first.data[0] as number) > 200 && (third.data[0] as number) < 60, 'red, and half a second later not')
      assert.equal((await all(2)).frames.length, 2)
      for (const other of ['moving.jpg', ending === 'gif' ? 'gif.png' : `${ending}.gif`]) {
        copyFileSync(path(name), path(other))
        assert.deepEqual((await all(0, other)).frames, frames, `called ${other}`)
      }
    })
  }

  it('reads all frames of an animated PNG with a long profile or text before its frames', async function () {
    if (!encoders) this.skip()
    const bytes = readFileSync(make('long.apng', 'color=red:s=8x8:r=4:d=1', '-plays', '0'))
    const text = pngChunk('tEXt', Buffer.from(`Comment\0${'x'.repeat(9000)}`))
    writeFileSync(path('long.png'), Buffer.concat([bytes.subarray(0, 33), text, bytes.subarray(33)]))
    const found = await framesOf(path('long.png'), { rate: 0, signal: new AbortController().signal })
    let count = 0
    for await (const _ of found?.frames() ?? []) count++
    assert.equal(count, 4)
  })

  it('leaves still images to others', async function () {
    if (!encoders) this.skip()
    for (const name of ['still.png', 'still.gif', 'still.jpg']) {
      make(name, halves, '-frames:v', '1')
      assert.equal(await framesOf(path(name), { rate: 0, signal: new AbortController().signal }), null)
    }
  })
})
