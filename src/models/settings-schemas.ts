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
  type Schema,
  share,
  size,
  some,
  text,
  word,
  yes,
} from '../schema/schema'
import type { DetectSettings, Priors } from './detection/settings'
import type { TaskName } from './manifest'
import type { AlikeSettings } from './tasks/alike'
import type { CaptionSettings } from './tasks/caption'
import type { DrawSettings } from './tasks/draw'
import type { GenerateSettings } from './tasks/generate'
import type { HearSettings } from './tasks/hear'
import type { LinesSettings } from './tasks/lines'
import type { MarkSettings } from './tasks/mark'
import type { MatchSettings } from './tasks/match'
import type { PhraseSettings } from './tasks/phrase'
import type { SpeakSettings } from './tasks/speak'
import type { TextsSettings } from './tasks/texts'
import type { TranscribeSettings } from './tasks/transcribe'
import type { WriteSettings } from './tasks/write'
import type { Called } from './text/decoder'
import type { PlacesSpec } from './text/places'

/** Makes the type checker ensure that every property has a schema. */
function settings<Settings>(
  properties: Record<keyof Settings & string, Schema>,
  required: readonly (keyof Settings & string)[] = [],
): Schema {
  return object(properties, required)
}

const words = some(word)
const tokens = either(count, some(count))
const called = settings<Called>({ ids: word, mask: word, positions: word, logits: word })
const sampling = { temperature: { ...number, minimum: 0 }, topK: count, topP: { ...positive, maximum: 1 } }

const priors = settings<Priors>(
  {
    sizes: some(some(either(positive, pairOf(positive)))),
    strides: some(positive),
    round: one('up', 'down'),
    middle: share,
    reach: pairOf(positive),
    from: one('left', 'top'),
  },
  ['sizes', 'strides', 'round'],
)

const detection = settings<DetectSettings>(
  {
    decode: one(
      ...['boxes', 'yolox', 'yolo', 'yunet', 'priors', 'nanodet', 'cells', 'scrfd', 'blaze', 'anchors', 'dfl'],
      ...['yolo-fastestv2', 'rtmdet', 'mlsd', 'openpose', 'db', 'east', 'centers', 'rows', 'queries', 'chosen'],
    ),
    boxes: word,
    scores: word,
    labels: word,
    masks: word,
    prototypes: word,
    kernels: words,
    middles: words,
    inPixels: yes,
    output: word,
    chosen: word,
    quality: word,
    landmarks: word,
    classes: words,
    distances: words,
    places: words,
    ends: word,
    regressors: words,
    confidences: words,
    heads: words,
    anchors: some(some(positive)),
    reach: some(positive),
    sizes: one('exponential', 'squared'),
    plain: yes,
    activation: one('sigmoid', 'softmax'),
    priors,
    grown: positive,
    grids: some(pairOf(size)),
    columns: word,
    points: one(2, 3),
    pointsFirst: yes,
    turned: yes,
    pointsFrom: one('left', 'top'),
    corners: one('xyxy', 'yxyx', 'cxcywh', 'xywh'),
    unit: one('canvas', 'picture', 'share'),
    strides: some(positive),
    masksOf: one('canvas', 'box'),
    rawMasks: yes,
    // An empty name marks a class that isn't reported.
    names: some(text),
    firstLabel: count,
    minScore: share,
    maxOverlap: share,
    limit: size,
    shows: one('alone', 'drawn'),
  },
  ['names', 'minScore'],
)

/** The schema of each task's settings. */
export const SETTINGS: Record<TaskName, Schema> = {
  transform: object({}),
  matte: object({}),
  frames: object({}),
  detect: detection,
  find: detection,
  draw: settings<DrawSettings>({ things: word, on: word }, ['things', 'on']),
  lines: settings<LinesSettings>({ of: word, on: word, turn: word }, ['of', 'on']),
  mark: settings<MarkSettings>({ mask: word, on: word, points: word, box: word }, ['mask', 'on']),
  write: settings<WriteSettings>(
    {
      ...sampling,
      tokenizer: word,
      start: tokens,
      prompt: word,
      called,
      embed: word,
      noRepeat: size,
      places: settings<PlacesSpec>({ first: count, count: size, to: word }, ['first', 'count', 'to']),
    },
    ['tokenizer'],
  ),
  texts: settings<TextsSettings>({ of: word, within: word, beside: word }, ['of']),
  match: settings<MatchSettings>(
    {
      of: word,
      by: word,
      with: word,
      scale: positive,
      bias: number,
      activation: one('softmax', 'sigmoid'),
      minScore: share,
      none: word,
      score: word,
      ranked: word,
    },
    ['of', 'by', 'with', 'activation', 'none'],
  ),
  alike: settings<AlikeSettings>({ between: { ...words, minItems: 2 } }, ['between']),
  phrase: settings<PhraseSettings>(
    { by: word, text: word, phrases: { ...byName(word), minProperties: 1 }, without: byName(word) },
    ['by', 'text', 'phrases'],
  ),
  generate: settings<GenerateSettings>(
    { ...sampling, tokenizer: word, context: size, end: tokens, start: count, template: word, called },
    ['tokenizer', 'context', 'end', 'temperature', 'topK'],
  ),
  caption: settings<CaptionSettings>(
    { hidden: word, decoder: word, tokenizer: word, start: count, end: some(count), maxTokens: size },
    ['hidden', 'decoder', 'tokenizer', 'start', 'end', 'maxTokens'],
  ),
  transcribe: settings<TranscribeSettings>(
    {
      hidden: word,
      decoder: word,
      tokenizer: word,
      seconds: positive,
      start: count,
      languages: count,
      transcribe: count,
      translate: count,
      previous: count,
      silence: count,
      most: size,
      mostExpected: size,
      end: count,
      times: count,
      withoutTimes: count,
      never: listOf(count),
      neverFirst: listOf(count),
    },
    [
      'hidden',
      'decoder',
      'tokenizer',
      'seconds',
      'start',
      'languages',
      'transcribe',
      'translate',
      'previous',
      'silence',
      'most',
      'mostExpected',
      'end',
      'times',
      'withoutTimes',
      'never',
      'neverFirst',
    ],
  ),
  hear: settings<HearSettings>(
    { output: word, seconds: positive, hop: positive, classes: words, silence: word, nothing: word, top: size },
    ['output', 'seconds', 'hop', 'classes', 'nothing'],
  ),
  speak: settings<SpeakSettings>(
    {
      tokens: word,
      output: word,
      sampleRate: positive,
      style: object({ tensor: word, width: size }, ['tensor', 'width']),
      most: size,
      around: count,
      symbols: { ...byName(count), minProperties: 1 },
      spelling: byName(some(pairOf(text))),
      voices: {
        ...byName(object({ file: word, language: word, script: word }, ['file', 'language'])),
        minProperties: 1,
      },
    },
    ['tokens', 'output', 'sampleRate', 'style', 'most', 'around', 'symbols', 'spelling', 'voices'],
  ),
}
