import { portTypeSchemas } from '../schema/port-types'
import { byName, listOf, number, ref, type Schema, text } from '../schema/schema'
import type {
  AroundSize,
  ChosenSize,
  CropSpec,
  EachSpec,
  FeedSpec,
  FetchSpec,
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
import { MODEL_TASKS, STEP_TASKS } from './manifest'

const yes: Schema = { type: 'boolean' }
const one = (...words: (string | number)[]): Schema => ({ enum: words })
const either = (...schemas: Schema[]): Schema => ({ oneOf: schemas })
const numbers = listOf(number)
const perChannel = either(number, numbers)
const pair = { ...numbers, minItems: 2, maxItems: 2 }
const texts = listOf(text)
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
const scaling = { range: pair, mean: perChannel, std: perChannel, scale: perChannel, offset: perChannel }
const activation = one('sigmoid', 'softmax')
const changes = {
  channel: either(number, object({ first: number, count: number }, ['first', 'count'])),
  activation,
  stretch: yes,
}
const sized = { sizeOf: text, times: number }

/** By port: parameters of its type, or null if it isn't there. */
const portChanges = byName(either({ type: 'object' }, { type: 'null' }))

function object(properties: Record<string, Schema>, required: readonly string[] = []): Schema {
  return { type: 'object', ...(required.length > 0 && { required }), properties, additionalProperties: false }
}

type Kinds<Spec extends { kind: string }> = {
  [Kind in Spec['kind']]: [
    required: (keyof Extract<Spec, { kind: Kind }> & string)[],
    properties: Partial<Record<KeysOf<Extract<Spec, { kind: Kind }>>, Schema>>,
  ]
}
type KeysOf<Spec> = Spec extends unknown ? keyof Spec & string : never

const feeds: Kinds<FeedSpec> = {
  vector: [['from'], { from: text, dims: numbers, dtype }],
  number: [['from'], { from: text, dims: numbers, dtype }],
  noise: [['from', 'length'], { from: text, length: number }],
  text: [
    ['from', 'tokenizer'],
    {
      from: text,
      tokenizer: text,
      whole: yes,
      length: number,
      longest: number,
      pad: number,
      as: one('ids', 'mask', 'positions', 'segments'),
      dtype,
    },
  ],
  image: [
    ['from', 'size', 'layout'],
    {
      from: text,
      previous: yes,
      size: ref('size'),
      layout,
      order,
      luma: yes,
      lightness: one(1, 3),
      brighten: yes,
      dtype: one('float32', 'float16', 'uint8', 'int8', 'int32'),
      dims: numbers,
      ...scaling,
    },
  ],
  mask: [
    ['from', 'size', 'layout'],
    {
      ...{ from: text, size: ref('size'), layout, least: number },
      ...{ dtype: one('float32', 'float16', 'uint8', 'int8', 'int32'), dims: numbers },
    },
  ],
  labels: [['from', 'size', 'as'], { from: text, size: ref('size'), as: one('planes', 'ids'), dtype }],
  size: [['from', 'order'], { from: text, order: one('hw', 'wh'), of: one('picture', 'canvas'), dtype, dims: numbers }],
  constant: [['dims', 'value'], { dtype, dims: numbers, value: perChannel, waves: yes }],
  state: [['output', 'dims'], { output: text, dtype, dims: numbers, value: number }],
  frame: [
    ['from', 'length', 'hop'],
    {
      ...{ from: text, length: number, hop: number, before: number, value: number },
      ...{ scale: number, offset: number, dims: numbers, dtype },
    },
  ],
  samples: [['from'], { from: text, seconds: number, dims: numbers, dtype }],
  mel: [
    ['from', 'fft', 'hop', 'bands', 'scale'],
    {
      ...{ from: text, fft: number, hop: number, bands: number, low: number, high: number },
      ...{ scale: one('power', 'log10', 'whisper', 'decibels'), coefficients: number, seconds: number },
      ...{ order: one('bands', 'columns'), dims: numbers, dtype },
    },
  ],
  tensor: [['from'], { from: text, and: text, as: one('mask') }],
  repeat: [['as'], { as: one('value', 'time'), dims: numbers, dtype }],
  waves: [['from', 'length'], { from: text, length: number, plus: number, times: number, dtype }],
  clicks: [
    ['from', 'points', 'as', 'size'],
    {
      from: text,
      points: text,
      box: text,
      as: one('places', 'labels', 'box'),
      size: ref('size'),
      dims: numbers,
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
      to: text,
      layout,
      order,
      colorsOf: text,
      curves: object({ of: text, times: number }, ['of', 'times']),
      over: object({ of: text, mask: text }, ['of', 'mask']),
      range: pair,
      scale: perChannel,
      offset: perChannel,
      ...changes,
      ...sized,
    },
  ],
  values: [
    ['to', 'range'],
    {
      to: text,
      layout,
      range: either(one('picture'), pair),
      nearer: one('larger', 'smaller'),
      unit: text,
      channel: changes.channel,
      activation,
      ...sized,
    },
  ],
  labels: [['to', 'axis'], { to: text, axis: number, sizeOf: text }],
  text: [['to', 'tokenizer', 'end'], { to: text, tokenizer: text, end: number, repeats: one('drop') }],
  category: [
    ['to'],
    { to: text, labels: either(text, texts), activation, least: number, score: text, ranked: text, top: number },
  ],
  vector: [
    ['to'],
    { to: text, normalize: yes, rows: object({ take: one('mean', 'first'), of: text }, ['take', 'of']) },
  ],
  number: [['to'], { to: text, activation: one('sigmoid') }],
  tensor: [['to'], { to: text }],
  table: [['to'], { to: text }],
  points: [
    ['to', 'of', 'size'],
    {
      to: text,
      of: text,
      size: one(2, 3),
      order: one('xy', 'yx'),
      scores: text,
      skip: number,
      each: number,
      count: number,
      unit: one('centered'),
      scoreAt: number,
      activation: one('sigmoid'),
    },
  ],
  peaks: [['to', 'of'], { to: text, of: text, layout: planes, down: text, offsets: text, scores: text }],
  colors: [['to', 'of'], { to: text, of: text, layout: planes, scale: number, offset: number }],
  masks: [['to', 'others', 'layout'], { to: text, others: texts, layout, activation, ...sized }],
  letters: [
    ['to', 'letters'],
    { to: text, letters: either(text, texts), blank: number, each: yes, beside: texts, score: text },
  ],
  rows: [['to'], { to: text, width: number }],
  spans: [
    ['to'],
    {
      ...{ to: text, score: text, scores: text, threshold: number, release: number },
      ...{ shortest: number, gap: number, pad: number },
    },
  ],
  ids: [['to'], { to: text, sizeOf: text }],
  best: [['to', 'of', 'scores'], { to: text, of: text, scores: text, size: ref('size'), score: text, all: text }],
}

const diffusion = {
  trained: number,
  betas: pair,
  curve: one('even', 'scaled'),
  predicts: one('noise', 'velocity', 'sample'),
}
const spacing = { spacing: one('trailing', 'leading', 'linspace'), offset: number }
const schedules: Kinds<ScheduleSpec> = {
  euler: [[], { ...diffusion, ...spacing }],
  ddim: [[], { ...diffusion, ...spacing }],
  lcm: [[], { ...diffusion, original: number }],
  flow: [[], { trained: number, shift: number }],
}

const selection = { first: yes, dims: numbers }

function kinds<Spec extends { kind: string }>(all: Kinds<Spec>, more: Record<string, Schema> = {}): Schema {
  const each = Object.entries(all) as [string, [string[], Record<string, Schema>]][]
  return {
    oneOf: each.map(([kind, [required, properties]]) =>
      object({ kind: { const: kind }, ...more, ...properties }, ['kind', ...required]),
    ),
  }
}

const fill = { fill: perChannel, kernel: one('lanczos3', 'cubic', 'linear', 'nearest') }
const sides = { width: number, height: number }
const fits: Record<(SizeSpec | ChosenSize | AroundSize)['fit'], [string[], Record<string, Schema>]> = {
  stretch: [['width', 'height'], { ...sides, ...fill }],
  cover: [['width', 'height'], { ...sides, share: number, ...fill }],
  letterbox: [['width', 'height'], { ...sides, align: one('center', 'corner'), ...fill }],
  keep: [
    [],
    {
      multipleOf: number,
      height: number,
      shortSide: number,
      longSide: number,
      pad: one('fill', 'mirror'),
      ...fill,
    },
  ],
  chosen: [['width', 'height'], { width: text, height: text, multipleOf: number, kernel: fill.kernel }],
  around: [['of', 'mask', 'width', 'height'], { of: text, mask: text, ...sides, times: number, kernel: fill.kernel }],
  tiles: [['width', 'height', 'overlap'], { ...sides, overlap: number, longSide: number, ...fill }],
}

const place = either(number, numbers)
const line = { ...listOf(place), minItems: 2, maxItems: 2 }
/** What manifests of users may hold besides, such as notes, is left alone; what decides about numbers is not. */
const open = ({ additionalProperties: _, ...schema }: Schema): Schema => schema

/** The JSON schema of `manifest.json`, which is published with the package. */
export const MANIFEST_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A Daisychain model as data: manifest.json',
  ...ref('manifest'),
  $defs: {
    manifest: open(
      object(
        {
          id: text,
          node: text,
          label: text,
          summary: text,
          icon: text,
          color: text,
          task: one(...MODEL_TASKS),
          inputs: listOf(ref('port')),
          outputs: listOf(listOf(ref('port'))),
          variants: listOf(ref('variant')),
          references: listOf({ type: 'object' }),
        } satisfies Record<keyof Manifest, Schema>,
        ['id', 'node', 'label', 'summary', 'icon', 'inputs', 'outputs', 'variants'],
      ),
    ),
    port: open(
      object(
        {
          name: text,
          property: text,
          type: ref('type'),
          optional: yes,
          aliases: texts,
          help: text,
        } satisfies Record<keyof Port, Schema>,
        ['name', 'property', 'type', 'help'],
      ),
    ),
    variant: open(
      object(
        {
          id: text,
          label: text,
          file: { ...text, description: 'For a variant without steps.' },
          sha256: text,
          bytes: number,
          files: listOf(ref('file')),
          licence: text,
          licenceUrl: text,
          nonCommercial: yes,
          about: text,
          picture: either(text, texts),
          task: one(...MODEL_TASKS),
          ports: object({ inputs: portChanges, outputs: portChanges }),
          feeds: ref('feeds'),
          fetches: ref('fetches'),
          steps: { ...listOf(ref('step')), minItems: 1 },
          session: { type: 'object' },
          knows: { type: 'object' },
          settings: { type: 'object' },
        } satisfies Record<keyof Variant, Schema>,
        ['id', 'label', 'licence', 'about'],
      ),
    ),
    file: open(
      object(
        {
          path: text,
          bytes: number,
          rounded: yes,
          sha256: text,
          url: text,
          alternatives: texts,
        } satisfies Record<keyof VariantFile, Schema>,
        ['path', 'bytes', 'sha256'],
      ),
    ),
    step: object({
      file: { ...text, description: 'The tasks draw and lines have none.' },
      model: { ...text, description: 'The model in the package whose file it is, if it is another one.' },
      task: one(...STEP_TASKS),
      feeds: ref('feeds'),
      fetches: ref('fetches'),
      settings: { type: 'object' },
      session: { type: 'object' },
      to: { ...text, description: "For the tasks find, draw and lines: the name of the step's result." },
      keep: { ...either(text, texts), description: 'Results are kept as long as these inputs stay the same.' },
      each: ref('each'),
      until: object({ end: either(number, numbers), most: either(number, text), cache: byName(text) }, ['end', 'most']),
      repeat: ref('repeat'),
    } satisfies Record<keyof Step, Schema>),
    each: object(
      {
        of: { ...text, description: 'The list of things found by another step.' },
        to: { ...text, description: 'The name of the list that this step makes from it.' },
        most: either(number, text),
        crop: ref('crop'),
        least: byName(number),
        maxOverlap: number,
        follow: ref('crop'),
        guides: number,
      } satisfies Record<keyof EachSpec, Schema>,
      ['of', 'to'],
    ),
    repeat: object(
      {
        output: text,
        to: { ...text, description: 'The name of the tensor that the step passes on.' },
        times: either(number, text),
        schedule: ref('schedule'),
        from: text,
        strength: either(number, text),
        noise: object(
          { seed: text, dims: listOf(either(number, text)), per: number, multipleOf: number } satisfies Record<
            keyof NoiseSpec,
            Schema
          >,
          ['seed', 'dims'],
        ),
        scale: number,
        guidance: object({ scale: either(number, text), instead: byName(text) }, ['scale', 'instead']),
        rough: object({ to: text, colors: listOf({ ...numbers, minItems: 3, maxItems: 3 }) }, ['to', 'colors']),
      } satisfies Record<keyof RepeatSpec, Schema>,
      ['output', 'to', 'times'],
    ),
    schedule: kinds<ScheduleSpec>(schedules),
    crop: object({
      around: either(
        one('box', 'points', 'corners'),
        numbers,
        object({ middle: place, edge: place }, ['middle', 'edge']),
      ),
      up: line,
      right: line,
      turn: text,
      square: yes,
      shift: pair,
      enlarge: either(number, pair),
      upright: number,
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
