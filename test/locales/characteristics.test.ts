import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { deviceNames } from '../../src/engine/device-names'
import { adviceFor, advices, NO_CARD, NO_LIBRARY, NO_NVIDIA_CARD, notInBuild } from '../../src/engine/lane/reasons'
import { unusable } from '../../src/engine/lane/runtime'
import type { LocalDevice } from '../../src/engine/types'
import { type Characteristics, characteristics, helpIn, loadManifests, phraseIn } from '../../src/models'

const root = resolve(__dirname, '../../..')
const languages = ['de', 'ja']
const devices = Object.keys(deviceNames) as LocalDevice[]

/** Text that isn't shown to people, and names of papers, files, licences and measures. */
const isName = (path: string, text: string) =>
  /\.(id|source|property|better|licenceUrl|hosts\.\d+)$|^label|inputs\.\d+\.name|outputs\.\d+\.name|^references/.test(
    path,
  ) ||
  /^(MIT|Apache-2\.0|BSD-3-Clause|CC-BY-NC-SA-4\.0|NVIDIA Source Code License-NC)(, CreativeML-OpenRAIL-M)?$/.test(
    text,
  ) ||
  /^(m?IoU|PSNR|F1|AP\d+)$/.test(text)

/** Words in Latin letters that the Japanese text uses too. */
const latin = /^(mini|im2txt|dB|z|mIoU|IoU|DeepLab|SPADE|StyleGAN|MIT|IMG|LY|IS|Net|AGPL|mAP|PSNR|AP\d+|F1|Apache)$/

describe('the characteristics of the models', () => {
  for (const language of languages)
    it(`are in the reader's language, but for names (${language})`, () => {
      const untold = loadManifests().flatMap((model) => {
        const variants = new Set(model.variants.map(({ label }) => label))
        const told = strings(characteristics(model, undefined, language))
        const english = new Map(strings(characteristics(model, undefined)))
        return told.flatMap(([path, text]) =>
          text === english.get(path) && /[a-z]{2}/i.test(text) && !isName(path, text) && !variants.has(text)
            ? [`${model.id}.${path}: ${text}`]
            : [],
        )
      })
      assert.deepEqual(untold, [])
    })

  it('have no English parts in Japanese', () => {
    const rest = loadManifests().flatMap((model) =>
      characteristics(model, undefined, 'ja').variants.flatMap(({ figures }) =>
        figures.flatMap(({ name, meaning }) =>
          [...`${name} ${meaning}`.matchAll(/[a-z]+\d*[a-z]*/gi)].flatMap(([word]) => (latin.test(word) ? [] : [word])),
        ),
      ),
    )
    assert.deepEqual([...new Set(rest)], [])
  })

  for (const language of languages)
    it(`say why a device isn't used, and keep the English sentence (${language})`, () => {
      const reasons = [
        ...[NO_CARD, NO_NVIDIA_CARD, ...Object.values(NO_LIBRARY)],
        ...devices.filter((device) => device !== 'cpu').map(notInBuild),
        ...advices.map(({ advice }) => (typeof advice === 'string' ? advice : advice('libcudart.so.12'))),
        ...advices.flatMap(({ advice }) => (typeof advice === 'string' ? [] : [advice('')])),
        ...devices.map((device) => adviceFor(device, 'something new')),
        adviceFor('cuda', 'out of memory'),
        unusable('no such file').message,
      ]
      assert.deepEqual(
        reasons.filter((reason) => !phraseIn(language, reason)),
        [],
      )
      const [model] = loadManifests()
      assert.ok(model)
      const attempts = [{ device: 'cuda' as const, error: adviceFor('cuda', 'out of memory') }]
      const run = { device: 'cpu' as const, attempts, times: [1], at: 0 }
      const [attempt] = characteristics(model, run, language).lastRun?.attempts ?? []
      assert.equal(attempt?.error, attempts[0]?.error)
      assert.match(
        attempt?.reason ?? '',
        language === 'de' ? /^Der Speicher des Geräts reicht nicht aus/ : /^デバイスのメモリ/,
      )
      assert.match(attempt?.reason ?? '', /out of memory/)
    })
})

describe('phrases', () => {
  it('have every part of the English phrase, in the order of the language', () => {
    for (const language of languages) {
      const phrases = JSON.parse(
        readFileSync(join(root, 'plugins/locales', language, 'phrases.json'), 'utf8'),
      ) as object
      for (const [english, translated] of Object.entries(phrases)) {
        const parts = english
          .split('{}')
          .slice(1)
          .map((_, i) => `{${i + 1}}`)
        assert.deepEqual([...new Set((translated as string).match(/\{\d?\}/g))].sort(), parts, english)
      }
    }
    const sentence = 'of the 99% of the pixels that are not beside a jump of 30 %: mean relative error'
    assert.match(phraseIn('ja', sentence) ?? '', /^30 %の.*99 %の/)
    const share = 'of 5 visible; of the 4 named, a share of 0.900 is correct'
    assert.match(phraseIn('de', share) ?? '', /stimmen 0,9 \(Anteil\)$/)
  })

  it('translate parts that are labels or phrases themselves, and nothing else', () => {
    assert.equal(phraseIn('de', 'found: bed colour'), 'gefunden: Bett, Farbe')
    assert.equal(phraseIn('de', 'IoU unheard-of'), 'IoU unheard-of')
    assert.equal(phraseIn('de', 'never written'), undefined)
    assert.equal(phraseIn('fr', 'accuracy'), undefined)
  })
})

/** Every string in the value, with its path. */
function strings(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value as Characteristics).flatMap(([key, inner]) =>
    strings(inner, path ? `${path}.${key}` : key),
  )
}

describe('the inputs of all nodes', () => {
  const declarations = JSON.parse(readFileSync(join(root, 'dist/declarations.json'), 'utf8')) as Record<
    string,
    { inputs?: Record<string, { help?: string }> }
  >
  for (const language of languages)
    it(`are explained on served pages in the visitor's language (${language})`, () => {
      const helps = Object.values(declarations).flatMap(({ inputs = {} }) =>
        Object.values(inputs).flatMap(({ help }) => help || []),
      )
      assert.ok(helps.length > 80)
      assert.deepEqual([...new Set(helps.filter((help) => helpIn(language, help) === help))], [])
    })
})
