import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { Red } from './support'

const said = {
  de: {
    loading: 'lädt …',
    ran: /^nur geraten, CPU \d+ ms$/i,
    progress: /^1\/2, noch \d+ (s|min)$/,
    pictures: '2 Bilder',
    skipped: '1 Bild, 1 übersprungen',
    stopped: 'angehalten',
    figures: /^2-mal auf cpu gelaufen, 0 Fehler, 0 verworfen, 0 wartend, Median \/ p95 \(ms\): Warten /,
    wrongType: 'falscher Typ in msg.payload',
    notice: /^3 Verbindungen übertragen etwas, .*„Probleme“/,
    warning: 'Das Gerät „abacus“ gibt es nicht: Modelle mit dieser Engine laufen nicht.',
  },
  ja: {
    loading: '読み込み中…',
    ran: /^推測のみ、CPU \d+ ms$/i,
    progress: /^1\/2、残り \d+ (秒|分)$/,
    pictures: '2 枚',
    skipped: '1 枚、スキップ 1 枚',
    stopped: '停止中',
    figures: /^cpu で実行 2 回、エラー 0 件、破棄 0 件、待機 0 件、中央値 \/ p95 \(ms\): 待機 /,
    wrongType: 'msg.payload の型が合いません',
    notice: /ワイヤーが 3 本あります.*「問題」/,
    warning: 'デバイス「abacus」はありません。このエンジンを使うモデルは実行されません。',
  },
}

describe('what nodes say while they run', function () {
  this.timeout(120_000)

  let red: Red | undefined
  afterEach(() => red?.stop())

  const folder = mkdtempSync(join(tmpdir(), 'daisychain-languages-'))
  before(async () => {
    const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()
    for (const name of ['whole/1.png', 'whole/2.png', 'broken/1.png']) writeFileInside(name, picture)
    writeFileInside('broken/2.png', picture.subarray(0, 40))
  })
  after(() => rmSync(folder, { recursive: true }))

  const writeFileInside = (name: string, bytes: Buffer) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }

  for (const [lang, words] of Object.entries(said)) {
    it(`is in the server's language: ${lang}`, async () => {
      const inject = (id: string, control: string, to: string) => ({
        id,
        type: 'inject',
        z: 'tab',
        props: [{ p: 'control', v: control, vt: 'str' }],
        wires: [[to]],
      })
      const images = (id: string, path: string, to: string[]) => ({
        id,
        type: 'daisychain-images',
        z: 'tab',
        path: join(folder, path),
        limit: 1,
        wires: [to, []],
      })
      const started = await Red.start(
        [
          { id: 'tab', type: 'tab', label: 'test' },
          { id: 'engine', type: 'daisychain-engine', device: 'abacus' },
          inject('start', 'start', 'images'),
          inject('startBroken', 'start', 'broken'),
          images('images', 'whole', ['pause']),
          // Longer than the interval between two statuses, so that none is left out.
          {
            id: 'pause',
            type: 'delay',
            z: 'tab',
            pauseType: 'delay',
            timeout: '500',
            timeoutUnits: 'milliseconds',
            wires: [['depth']],
          },
          images('broken', 'broken', []),
          { id: 'depth', type: 'daisychain-densedepth', z: 'tab', wires: [[]] },
          inject('stop', 'stop', 'depth'),
          inject('status', 'status', 'depth'),
          { id: 'latent', type: 'daisychain-latent', z: 'tab', wires: [['unfit']] },
          { id: 'unfit', type: 'daisychain-densedepth', z: 'tab', wires: [[]] },
        ],
        { lang },
      )
      red = started
      const press = (id: string) => fetch(`${started.url}/inject/${id}`, { method: 'POST' })
      const shown = (node: string, text: string | RegExp) =>
        started.until('node-status', ({ id, status }) =>
          id !== node ? false : typeof text === 'string' ? status.text === text : text.test(status.text ?? ''),
        )
      await started.until('log', ({ msg }) => msg === words.warning)
      await shown('unfit', words.wrongType)
      const { payload } = await started.until('runtime-event', ({ id }) => id === 'daisychain')
      assert.match(payload.defaultValue, words.notice)
      await press('start')
      await shown('depth', words.loading)
      await shown('images', words.progress)
      await shown('depth', words.ran)
      await shown('images', words.pictures)
      await press('startBroken')
      await shown('broken', words.skipped)
      await press('status')
      await shown('depth', words.figures)
      await press('stop')
      await shown('depth', words.stopped)
    })
  }
})
