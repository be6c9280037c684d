import type { SessionOptions } from '../engine'
import { portTypeSchemas } from '../schema/port-types'
import {
  byName,
  count,
  either,
  listOf,
  number,
  object,
  one,
  pairOf,
  positive,
  ref,
  type Schema,
  share,
  size,
  some,
  when,
  word,
  yes,
} from '../schema/schema'
import type {
  AroundSize,
  ChosenSize,
  CropSpec,
  EachSpec,
  FeedSpec,
  FetchSpec,
  Knows,
  Manifest,
  NoiseSpec,
  Port,
  RepeatSpec,
  ScheduleSpec,
  SizeSpec,
  Step,
  Variant,
  VariantFile,
} from './manifest'
import { MODEL_TASKS, STEP_TASKS, type TaskName } from './manifest'
import { SETTINGS } from './settings-schemas'

const perChannel = (item: Schema) => either(item, { ...some(item), maxItems: 4 })
/** The values for black and for white. They must differ, or the scale would be undefined. */
const range: Schema = { ...pairOf(number), uniqueItems: true }
const factor: Schema = { ...number, not: { const: 0 } }
const amount: Schema = { ...number, minimum: 0 }
const byte: Schema = { ...number, minimum: 0, maximum: 255 }
/** A number, or the name of an input that provides it. */
const orInput = (schema: Schema) => either(schema, word)
/** The shape of a tensor. −1 is replaced by whatever size fits; a scalar has no dimensions. */
const anyDims = listOf({ type: 'integer', minimum: -1, not: { const: 0 } })
const dims: Schema = { ...anyDims, minItems: 1 }
const words = some(word)
const dtype = one(
  'float32',
  'float16',
  'float64',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'bool',
)
const layout = one('NCHW', 'NHWC', 'CHW', 'HWC')
const planes = one('NCHW', 'NHWC')
const order = one('RGB', 'BGR')
const scaling = {
  range,
  mean: perChannel(number),
  std: perChannel(positive),
  scale: perChannel(factor),
  offset: perChannel(number),
}
const activation = one('sigmoid', 'softmax')
const changes = {
  channel: either(count, object({ first: count, count: size }, ['first', 'count'])),
  activation,
  stretch: yes,
}
const sized = { sizeOf: word, times: positive }

/** Port name → changed parameters of its type. A variant cannot leave out a port. */
const portChanges = byName({ type: 'object' })

type Kinds<Spec extends { kind: string }> = {
  [Kind in Spec['kind']]: [
    required: (keyof Extract<Spec, { kind: Kind }> & string)[],
    properties: Partial<Record<KeysOf<Extract<Spec, { kind: Kind }>>, Schema>>,
  ]
}
type KeysOf<Spec> = Spec extends unknown ? keyof Spec & string : never

const feeds: Kinds<FeedSpec> = {
  vector: [['from'], { from: word, dims, dtype }],
  number: [['from'], { from: word, dims: anyDims, dtype }],
  noise: [['from', 'length'], { from: word, length: size }],
  text: [
    ['from', 'tokenizer'],
    {
      from: word,
      tokenizer: word,
      whole: yes,
      length: size,
      longest: size,
      pad: count,
      as: one('ids', 'mask', 'positions', 'segments'),
      dtype,
    },
  ],
  image: [
    ['from', 'size', 'layout'],
    {
      from: word,
      previous: yes,
      size: ref('size'),
      layout,
      order,
      luma: yes,
      lightness: one(1, 3),
      brighten: yes,
      dtype: one('float32', 'float16', 'uint8', 'int8', 'int32'),
      dims,
      ...scaling,
    },
  ],
  mask: [
    ['from', 'size', 'layout'],
    {
      ...{ from: word, size: ref('size'), layout, least: share },
      ...{ dtype: one('float32', 'float16', 'uint8', 'int8', 'int32'), dims },
    },
  ],
  labels: [['from', 'size', 'as'], { from: word, size: ref('size'), as: one('planes', 'ids'), dtype }],
  size: [['from', 'order'], { from: word, order: one('hw', 'wh'), of: one('picture', 'canvas'), dtype, dims }],
  constant: [['dims', 'value'], { dtype, dims: listOf(count), value: either(number, some(number)), waves: yes }],
  state: [['output', 'dims'], { output: word, dtype, dims: some(count), value: number }],
  frame: [
    ['from', 'length', 'hop'],
    {
      ...{ from: word, length: size, hop: size, before: count, value: number },
      ...{ scale: factor, offset: number, dims, dtype },
    },
  ],
  samples: [['from'], { from: word, seconds: positive, dims, dtype }],
  mel: [
    ['from', 'fft', 'hop', 'bands', 'scale'],
    {
      ...{ from: word, fft: size, hop: size, bands: size, low: amount, high: positive },
      ...{ scale: one('power', 'log10', 'whisper', 'decibels'), coefficients: size, seconds: positive },
      ...{ order: one('bands', 'columns'), dims, dtype },
    },
  ],
  tensor: [['from'], { from: word, and: word, as: one('mask') }],
  repeat: [['as'], { as: one('value', 'time'), dims: anyDims, dtype }],
  waves: [['from', 'length'], { from: word, length: { ...size, minimum: 4 }, plus: number, times: factor, dtype }],
  clicks: [
    ['from', 'points', 'as', 'size'],
    {
      from: word,
      points: word,
      box: word,
      as: one('places', 'labels', 'box'),
      size: ref('size'),
      dims,
      dtype,
      pad: yes,
      follow: yes,
    },
  ],
}

const fetches: Kinds<FetchSpec> = {
  image: [
    ['to', 'layout'],
    {
      to: word,
      layout,
      order,
      colorsOf: word,
      curves: object({ of: word, times: size }, ['of', 'times']),
      over: object({ of: word, mask: word }, ['of', 'mask']),
      range,
      scale: perChannel(factor),
      offset: perChannel(number),
      ...changes,
      ...sized,
    },
  ],
  values: [
    ['to', 'range'],
    {
      to: word,
      layout,
      range: either(one('picture'), range),
      nearer: one('larger', 'smaller'),
      unit: word,
      channel: changes.channel,
      activation,
      ...sized,
    },
  ],
  labels: [['to', 'axis'], { to: word, axis: { type: 'integer', minimum: -4, maximum: 3 }, sizeOf: word }],
  text: [['to', 'tokenizer', 'end'], { to: word, tokenizer: word, end: count, repeats: one('drop') }],
  category: [
    ['to'],
    { to: word, labels: either(word, words), activation, least: share, score: word, ranked: word, top: size },
  ],
  vector: [
    ['to'],
    { to: word, normalize: yes, rows: object({ take: one('mean', 'first'), of: word }, ['take', 'of']) },
  ],
  number: [['to'], { to: word, activation: one('sigmoid') }],
  tensor: [['to'], { to: word }],
  table: [['to'], { to: word }],
  points: [
    ['to', 'of', 'size'],
    {
      to: word,
      of: word,
      size: one(2, 3),
      order: one('xy', 'yx'),
      scores: word,
      skip: count,
      each: size,
      count: size,
      unit: one('centered'),
      scoreAt: count,
      activation: one('sigmoid'),
    },
  ],
  peaks: [['to', 'of'], { to: word, of: word, layout: planes, down: word, offsets: word, scores: word }],
  colors: [['to', 'of'], { to: word, of: word, layout: planes, scale: factor, offset: number }],
  masks: [['to', 'others', 'layout'], { to: word, others: listOf(word), layout, activation, ...sized }],
  letters: [
    ['to', 'letters'],
    { to: word, letters: either(word, some({ type: 'string' })), blank: count, each: yes, beside: words, score: word },
  ],
  rows: [['to'], { to: word, width: size }],
  spans: [
    ['to'],
    {
      ...{ to: word, score: word, scores: word, threshold: share, release: share },
      ...{ shortest: amount, gap: amount, pad: amount },
    },
  ],
  ids: [['to'], { to: word, sizeOf: word }],
  best: [['to', 'of', 'scores'], { to: word, of: word, scores: word, size: ref('size'), score: word, all: word }],
}

const diffusion = {
  trained: size,
  betas: pairOf(positive),
  curve: one('even', 'scaled'),
  predicts: one('noise', 'velocity', 'sample'),
}
const spacing = { spacing: one('trailing', 'leading', 'linspace'), offset: count }
const schedules: Kinds<ScheduleSpec> = {
  euler: [[], { ...diffusion, ...spacing }],
  ddim: [[], { ...diffusion, ...spacing }],
  lcm: [[], { ...diffusion, original: size }],
  flow: [[], { trained: size, shift: positive }],
}

const selection = { first: yes, dims }

function kinds<Spec extends { kind: string }>(all: Kinds<Spec>, more: Record<string, Schema> = {}): Schema {
  const each = Object.entries(all) as [string, [string[], Record<string, Schema>]][]
  return {
    oneOf: each.map(([kind, [required, properties]]) =>
      object({ kind: { const: kind }, ...more, ...properties }, ['kind', ...required]),
    ),
  }
}

const fill = { fill: perChannel(byte), kernel: one('lanczos3', 'cubic', 'linear', 'nearest') }
const sides = { width: size, height: size }
const fits: Record<(SizeSpec | ChosenSize | AroundSize)['fit'], [string[], Record<string, Schema>]> = {
  stretch: [['width', 'height'], { ...sides, ...fill }],
  cover: [['width', 'height'], { ...sides, share: { ...positive, maximum: 1 }, ...fill }],
  letterbox: [['width', 'height'], { ...sides, align: one('center', 'corner'), ...fill }],
  keep: [
    [],
    {
      multipleOf: size,
      height: size,
      shortSide: size,
      longSide: size,
      pad: one('fill', 'mirror'),
      ...fill,
    },
  ],
  chosen: [['width', 'height'], { width: word, height: word, multipleOf: size, kernel: fill.kernel }],
  around: [['of', 'mask', 'width', 'height'], { of: word, mask: word, ...sides, times: positive, kernel: fill.kernel }],
  tiles: [['width', 'height', 'overlap'], { ...sides, overlap: count, longSide: size, ...fill }],
}

const place = either(count, some(count))
const line = pairOf(place)
const session = object({
  arena: yes,
  graphOptimization: one('disabled', 'basic', 'extended', 'all'),
  inGraph: yes,
  still: yes,
} satisfies Record<keyof SessionOptions, Schema>)
/**
 * Allows additional properties. Users' manifests may contain extra entries, such as notes, except in objects
 * that affect numbers.
 */
const open = ({ additionalProperties: _, ...schema }: Schema): Schema => schema

/** The name of the schema for a task's settings. */
const settingsOf = (task: TaskName) => `settings-${task}`

/** @param usual the default task; without it, a task is required */
function settingsByTask(tasks: readonly TaskName[], usual?: TaskName, needed: string[] = []): Schema['allOf'] {
  return tasks.map((task) => {
    const { required } = SETTINGS[task]
    return when(
      { required: [...needed, ...(task === usual ? [] : ['task'])], properties: { task: { const: task } } },
      { ...(required && { required: ['settings'] }), properties: { settings: ref(settingsOf(task)) } },
    )
  })
}

/** The JSON schema of `manifest.json`. It is published with the package. */
export const MANIFEST_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A Daisychain model as data: manifest.json',
  ...ref('manifest'),
  $defs: {
    ...Object.fromEntries(
      [...new Set([...MODEL_TASKS, ...STEP_TASKS])].map((task) => [settingsOf(task), SETTINGS[task]]),
    ),
    manifest: {
      ...open(
        object(
          {
            id: word,
            node: word,
            label: word,
            summary: word,
            icon: word,
            color: { ...word, pattern: '^#[0-9a-fA-F]{6}$', examples: ['#88aacc'] },
            task: one(...MODEL_TASKS),
            inputs: listOf(ref('port')),
            outputs: some(some(ref('port'))),
            variants: some(ref('variant')),
            references: listOf(open(object({ label: word, url: word }, ['label', 'url']))),
          } satisfies Record<keyof Manifest, Schema>,
          ['id', 'node', 'label', 'summary', 'icon', 'inputs', 'outputs', 'variants'],
        ),
      ),
      // A variant without its own task has the manifest's.
      allOf: MODEL_TASKS.map((task) =>
        when(
          { required: task === 'transform' ? [] : ['task'], properties: { task: { const: task } } },
          { properties: { variants: { items: { allOf: settingsByTask([task], task, ['file']) } } } },
        ),
      ),
    },
    port: open(
      object(
        {
          name: word,
          property: { ...word, pattern: '^[\\p{L}$][\\p{L}\\p{N}_$]*$', examples: ['payload'] },
          type: ref('type'),
          optional: yes,
          aliases: words,
          help: word,
        } satisfies Record<keyof Port, Schema>,
        ['name', 'property', 'type', 'help'],
      ),
    ),
    variant: {
      ...open(
        object(
          {
            id: word,
            label: word,
            file: { ...word, description: 'For a variant without steps.' },
            sha256: word,
            bytes: size,
            files: listOf(ref('file')),
            licence: word,
            licenceUrl: word,
            nonCommercial: yes,
            about: word,
            picture: either(word, words),
            task: one(...MODEL_TASKS),
            ports: object({ inputs: portChanges, outputs: portChanges }),
            feeds: ref('feeds'),
            fetches: ref('fetches'),
            steps: { ...listOf(ref('step')), minItems: 1 },
            session,
            knows: object({ world: either(word, words), words: word, otherwise: word } satisfies Record<
              keyof Knows,
              Schema
            >),
            settings: { type: 'object' },
          } satisfies Record<keyof Variant, Schema>,
          ['id', 'label', 'licence', 'about'],
        ),
      ),
      allOf: settingsByTask(MODEL_TASKS, undefined, ['file']),
    },
    file: open(
      object(
        {
          path: word,
          bytes: size,
          rounded: yes,
          sha256: word,
          url: word,
          alternatives: words,
        } satisfies Record<keyof VariantFile, Schema>,
        ['path', 'bytes', 'sha256'],
      ),
    ),
    step: {
      ...object({
        file: { ...word, description: 'The tasks draw and lines have none.' },
        model: { ...word, description: 'The model in the package whose file it is, if it is another one.' },
        task: one(...STEP_TASKS),
        feeds: ref('feeds'),
        fetches: ref('fetches'),
        settings: { type: 'object' },
        session,
        to: { ...word, description: "For the tasks find, draw and lines: the name of the step's result." },
        keep: { ...either(word, words), description: 'Results are kept as long as these inputs stay the same.' },
        each: ref('each'),
        until: object(
          { end: either(count, some(count)), most: orInput(size), cache: { ...byName(word), minProperties: 1 } },
          ['end', 'most'],
        ),
        repeat: ref('repeat'),
      } satisfies Record<keyof Step, Schema>),
      allOf: settingsByTask(STEP_TASKS, 'transform'),
    },
    each: object(
      {
        of: { ...word, description: 'The list of things found by another step.' },
        to: { ...word, description: 'The name of the list that this step makes from it.' },
        most: orInput(size),
        crop: ref('crop'),
        least: { ...byName(number), minProperties: 1 },
        maxOverlap: share,
        follow: ref('crop'),
        guides: count,
      } satisfies Record<keyof EachSpec, Schema>,
      ['of', 'to'],
    ),
    repeat: object(
      {
        output: word,
        to: { ...word, description: 'The name of the tensor that the step passes on.' },
        times: orInput(size),
        schedule: ref('schedule'),
        from: word,
        strength: orInput(share),
        noise: object(
          { seed: word, dims: some(orInput(size)), per: size, multipleOf: size } satisfies Record<
            keyof NoiseSpec,
            Schema
          >,
          ['seed', 'dims'],
        ),
        scale: positive,
        guidance: object({ scale: orInput(amount), instead: byName(word) }, ['scale', 'instead']),
        rough: object({ to: word, colors: some({ ...listOf(number), minItems: 3, maxItems: 3 }) }, ['to', 'colors']),
      } satisfies Record<keyof RepeatSpec, Schema>,
      ['output', 'to', 'times'],
    ),
    schedule: kinds<ScheduleSpec>(schedules),
    crop: object({
      around: either(
        one('box', 'points', 'corners'),
        some(count),
        object({ middle: place, edge: place }, ['middle', 'edge']),
      ),
      up: line,
      right: line,
      turn: word,
      square: yes,
      shift: pairOf(number),
      enlarge: either(positive, pairOf(positive)),
      upright: positive,
      beyond: one('edge', 'black'),
    } satisfies Record<keyof CropSpec, Schema>),
    feeds: byName(ref('feed')),
    fetches: byName(ref('fetch')),
    feed: kinds<FeedSpec>(feeds),
    fetch: kinds<FetchSpec>(fetches, selection),
    size: {
      oneOf: Object.entries(fits).map(([fit, [required, properties]]) =>
        object({ fit: { const: fit }, ...properties }, ['fit', ...required]),
      ),
    },
    type: { oneOf: portTypeSchemas() },
  },
}
