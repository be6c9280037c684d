import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadManifests, modelWords } from '../../src/models'

const root = resolve(__dirname, '../../..')
const english = 'en-US'
const languages = ['de', 'ja']

/**
 * Names of models, formats and styles are the same in every language, so a model may omit their translations.
 */
const mayStayEnglish = /^[^.]+\.variants\./

const ending = /_(zero|one|two|few|many|other)$/

type Texts = Map<string, string>

/** Every served catalogue: those of the node sets and of the plugin, by their folders in `dist`. */
const catalogues = [
  ...readdirSync(join(root, 'dist/nodes')).map((name) => join('dist/nodes', name)),
  'dist/plugins',
].filter((folder) => existsSync(join(root, folder, 'locales', english)) && folder !== join('dist/nodes', 'onnx'))

describe('texts', () => {
  it('exist for all nodes and the editor', () => {
    assert.ok(catalogues.length >= 11, `only ${catalogues.join(', ')}`)
  })

  for (const folder of catalogues) {
    const name = readdirSync(join(root, folder, 'locales', english))[0] as string
    const original = readTexts(join(root, folder, 'locales', english, name))

    for (const language of languages) {
      it(`of ${folder} are complete in ${language}`, () => {
        const translated = readTexts(join(root, folder, 'locales', language, name))
        const wanted = inLanguage([...original.keys()], language)
        const missing = wanted.filter((key) => !translated.has(key) && !mayStayEnglish.test(key))
        const extra = [...translated.keys()].filter((key) => !wanted.includes(key))
        assert.deepEqual({ missing, extra }, { missing: [], extra: [] })
        for (const [key, text] of translated) {
          assert.notEqual(text.trim(), '', `${key} is empty`)
          assert.deepEqual(placeholders(text), placeholders(original.get(key) as string), `placeholders of ${key}`)
        }
      })
    }

    it(`of ${folder} are the ones that its dialogs and code name`, () => {
      const { named, anywhere } = uses(folder)
      const unknown = [...named].filter((key) => !original.has(key))
      assert.deepEqual(unknown, [], 'named, but not in the catalogue')
      const unused = [...original.keys()].filter((key) => !isUsed(key, named, anywhere))
      assert.deepEqual(unused, [], 'in the catalogue, but nowhere named')
    })
  }
})

describe('texts with a number', () => {
  /** Their number is never 1: a limit, or a text for several only. */
  const several = /(timeTaken|tooMany|oneRunEach)$/
  /** A number and a plural, also in “3 of 5 pictures were”. */
  const plural = /__\w+__ (?!(?:s|ms|min)\b)(?:[a-z]+ )?[a-z]*[a-rt-z]s\b/
  it('have a singular and a plural', () => {
    const wrong = catalogues.concat(join('dist/nodes', 'onnx')).flatMap((folder) => {
      const [name] = readdirSync(join(root, folder, 'locales', english)) as [string]
      const texts = [...readTexts(join(root, folder, 'locales', english, name))]
      return texts.flatMap(([key, text]) =>
        /__(count|number|seconds|runs)__/.test(text) && plural.test(text) && !ending.test(key) && !several.test(key)
          ? [`${folder}: ${key}: ${text}`]
          : [],
      )
    })
    assert.deepEqual(wrong, [], 'give them the keys …_one and …_other, and the number the name “count”')
    for (const text of ['__number__ pictures sent', '__count__ objects found', '__number__ of __all__ pictures were'])
      assert.match(text, plural)
  })
})

describe('German', () => {
  const files = ['nodes', 'plugins', 'models']
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((file) => /[\\/]locales[\\/]de([\\/]|\.json$)/.test(file))
  const withWords = (words: RegExp) =>
    files.flatMap((file) => {
      const line = readFileSync(file, 'utf8')
        .split('\n')
        .find((line) => words.test(line))
      return line ? [`${file}: ${line.trim()}`] : []
    })

  it('addresses the reader as du everywhere', () => {
    // Not at the start of a sentence, where the word may mean "they", "she" or "her".
    const formal = /(?<=[a-zäöüß,;“"] )(Sie|Ihnen|Ihr(e[mnrs]?)?)\b/
    assert.ok(files.length > 40, `only ${files.length}`)
    assert.deepEqual(withWords(formal), [])
    assert.match('Das können Sie später ändern.', formal)
  })

  it('has one word for one thing, and Node-RED’s where it has one', () => {
    // Instead of: Übernahme (deploy), Audio, Credentials, Benutzerordner, Prüfsumme.
    const other = /(?<![\w])Deploy(?![\w"])|[Kk]l[aä]ng|Zugangsdaten|Benutzerverzeichnis|\bHash\b/
    assert.deepEqual(withWords(other), [])
    assert.match('Vor dem Deploy läuft nichts.', other)
  })
})

describe('words of models', () => {
  for (const language of languages) {
    it(`are complete in ${language}: what each is, its ports, what its variants are for`, () => {
      const missing = loadManifests().flatMap((model) => {
        const words = modelWords(model.folder, language)
        const { summary, inputs = {}, outputs = {} } = words.page ?? {}
        const ports = (given: object, list: { name: string }[]) => list.filter(({ name }) => !(name in given))
        return [
          ...(summary ? [] : ['summary']),
          ...ports({ ...words.help, ...inputs }, model.inputs).map(({ name }) => `input ${name}`),
          ...ports(outputs, model.outputs.flat()).map(({ name }) => `output ${name}`),
          ...model.variants.filter(({ id }) => !words.about?.[id]).map(({ id }) => `about ${id}`),
        ].map((what) => `${model.id}: ${what}`)
      })
      assert.deepEqual(missing, [])
      const html = readFileSync(join(root, 'dist/nodes/models/locales', language, 'models.html'), 'utf8')
      for (const { node } of loadManifests()) assert.ok(html.includes(`data-help-name="${node}"`), node)
    })
  }
})

function readTexts(file: string): Texts {
  const texts: Texts = new Map()
  const walk = (value: unknown, path: string[]): void => {
    if (typeof value === 'string') texts.set(path.join('.'), value)
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, [...path, key])
  }
  walk(JSON.parse(readFileSync(file, 'utf8')), [])
  return texts
}

/**
 * The expected keys in a language. Plural keys have a suffix for each of the language's plural categories, as
 * i18next requires.
 */
function inLanguage(keys: string[], language: string): string[] {
  const endings = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  const bare = new Set(keys.filter((key) => ending.test(key)).map((key) => key.replace(ending, '')))
  return [
    ...keys.filter((key) => !ending.test(key)),
    ...[...bare].flatMap((key) => endings.map((ending) => `${key}_${ending}`)),
  ]
}

function placeholders(text: string): string[] {
  return (text.match(/__\w+?__|\{\{.*?\}\}/g) ?? []).sort()
}

/** The keys in `data-i18n`, and all code that may use a key in another way. */
function uses(folder: string): { named: Set<string>; anywhere: string } {
  // The plugin's catalogue has everything that nodes say at run time. Its keys are typed, so the code can't
  // name a missing one.
  const own = filesBelow(join(root, folder.replace(/^dist./, '')))
  const nodes = folder === 'dist/plugins' ? filesBelow(join(root, 'nodes')) : []
  const html = filesBelow(join(root, folder))
    .filter((file) => file.endsWith('.html'))
    .map((file) => readFileSync(file, 'utf8'))
  const attributes = html.flatMap((text) =>
    [...text.matchAll(/data-i18n="([^"]+)"/g)].map((match) => match[1] as string),
  )
  const named = attributes.flatMap((value) => value.split(';').map((part) => part.replace(/^\[[^\]]+\]/, '')))
  const dialogs = filesBelow(join(root, 'nodes')).filter((file) => /[\\/]editor[\\/]/.test(file))
  const code = [
    ...own,
    ...nodes,
    ...dialogs,
    ...filesBelow(join(root, 'src/editor')),
    ...filesBelow(join(root, 'src/page')),
  ].filter((file) => /\.(ts|html)$/.test(file))
  const read = (files: string[]) => files.map((file) => readFileSync(file, 'utf8')).join('\n')
  const anywhere = read(code)
  const asked = [...read(own).matchAll(/\bRED\._\('([\w.]+)'/g)].map((match) => match[1] as string)
  return { named: new Set([...named, ...asked]), anywhere }
}

/**
 * A key can be named in full, by its last part in quotes, or be composed of a group and a value:
 * `say(`kinds.${as}`)`.
 */
function isUsed(key: string, named: Set<string>, anywhere: string): boolean {
  if (named.has(key)) return true
  const parts = key.split('.')
  const last = (parts.at(-1) as string).replace(ending, '')
  const short = parts.slice(1).join('.').replace(ending, '')
  if ([key, short, last].some((name) => anywhere.includes(`'${name}'`) || anywhere.includes(`.${name}'`))) return true
  const group = parts.at(-2)
  return group !== undefined && anywhere.includes(`${group}.\${`)
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
