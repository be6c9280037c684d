import assert from 'node:assert/strict'
import { colorsConversion, framesFilters, readStreamLine } from '../../src/files'

describe('readStreamLine', () => {
  it('reads what different versions of ffmpeg print about a stream’s colours', () => {
    for (const [words, isUnstated] of [
      ['h264 (Main), yuv420p(progressive), 1280x720, 25 fps', true],
      ['h264 (Main) ([27][0][0][0] / 0x001B), yuv420p, 1920x1080 [SAR 1:1 DAR 16:9], 25 fps', true],
      ['hevc (Main) (HEVC / 0x43564548), yuv420p(tv), 1280x720, 10 fps', true],
      ['h264 (High), yuv420p(tv, unknown/bt709/bt709, top coded first (swapped)), 1920x1080, 25 fps', true],
      ['h264 (High), yuv420p(tv, bt709, progressive), 1920x1080, 25 fps', false],
      ['h264 (High), yuv420p(tv, smpte170m/unknown/unknown, top first), 1920x1080, 25 fps', false],
      ['mjpeg (Baseline), yuvj422p(pc, bt470bg/unknown/unknown), 1920x1080, 25 fps', false],
      ['hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/smpte2084), 3840x2160, 25 fps', false],
      ['h264 (Main), yuv420p(progressive), 640x480, 25 fps', false],
      ['png, rgb24(pc), 1920x1080, 25 fps', false],
    ] as const) {
      const line = `[info]   Stream #0:0: Video: ${words}, 90k tbn`
      const filters = framesFilters(readStreamLine(line) ?? assert.fail(line), 'camera')
      assert.equal(filters.includes('setparams=colorspace=bt709'), isUnstated, words)
      assert.equal(filters.join().includes('bwdif'), / first/.test(words), words)
    }
    assert.equal(readStreamLine('[info]   Stream #0:1: Audio: aac (LC), 48000 Hz, stereo, fltp'), null)
  })

  it('recognises colours that ordinary screens don’t have', async () => {
    for (const [words, kind] of [
      ['h264 (High), yuv420p(tv, unknown/bt709/bt709, top coded first (swapped)), 1920x1080', undefined],
      ['mpeg2video (Main), yuv420p(tv, smpte170m, bottom first), 720x576 [SAR 16:15 DAR 4:3]', undefined],
      ['h264 (High), yuv420p(tv, bt709, progressive), 1920x1080', undefined],
      ['hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/smpte2084), 3840x2160', 'HDR (PQ)'],
      ['hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67), 3840x2160', 'HDR (HLG)'],
      ['hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/bt2020-10), 3840x2160', 'wide-gamut video (BT.2020)'],
      ['h264 (High), yuv420p(tv, bt709/smpte432/bt709), 1920x1080', 'wide-gamut video (Display P3)'],
      ['h264 (High), yuv420p, 1920x1080', undefined],
    ] as const) {
      const stream = readStreamLine(`[info]   Stream #0:0: Video: ${words}, 25 fps, 90k tbn`) ?? assert.fail(words)
      assert.equal((await colorsConversion(stream))?.kind, kind, words)
    }
  })
})
