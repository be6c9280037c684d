import { ADE20K, CIFAR100, IMAGENET } from './known-names'
import { reason } from './reason'

/**
 * The names in a text: one per line, a JSON list, or a JSON object by number (`{"0": "cat"}`, `{"cat": 0}`),
 * also in Python's notation or inside Hugging Face's `config.json`. Numbers and WordNet ids before the names
 * are removed. Empty if there are no names.
 */
export function readLabels(text: string): string[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim()
  const parsed = /^[[{]/.test(trimmed) ? parseJson(trimmed) : undefined
  if (parsed !== undefined) return fromJson(parsed)
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim())
  const full = lines.filter((line, i) => line !== '' || i < lines.length - 1)
  const numbered = full.every((line, i) => /^(\d+)\s*[:,;\t ]\s*\S/.exec(line)?.[1] === String(i))
  return full
    .map((line) => (numbered ? line.replace(/^\d+\s*[:,;\t ]\s*/, '') : line))
    .map((line) => line.replace(/^n\d{8}\s+/, ''))
}

function parseJson(text: string): unknown {
  for (const attempt of [text, asJson(text)])
    try {
      return JSON.parse(attempt)
    } catch {
      // try the next notation
    }
  return undefined
}

/** Text in quotes of either kind, and numbers before a colon. */
const PYTHON = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\b(\d+)(?=\s*:)/g

/** A list or dictionary in Python's notation, as JSON. */
function asJson(text: string): string {
  return text.replace(PYTHON, (_, single?: string, double?: string, number?: string) =>
    JSON.stringify(number ?? (single ?? double ?? '').replace(/\\(['"\\])/g, '$1')),
  )
}

function fromJson(value: unknown): string[] {
  if (Array.isArray(value)) {
    const names = value.map((item) => (typeof item === 'string' ? item : nameOf(item)))
    return names.every((name) => name !== undefined) ? (names as string[]) : []
  }
  if (typeof value !== 'object' || value === null) return []
  if ('id2label' in value) return fromJson(value.id2label)
  const labels: string[] = []
  for (const [key, item] of Object.entries(value)) {
    const byNumber = /^\d+$/.test(key)
    const id = byNumber ? Number(key) : Number(item)
    const name = byNumber ? nameOf(item) : key
    if (!Number.isInteger(id) || id < 0 || id > 1e6 || name === undefined) return []
    labels[id] = name
  }
  return Array.from(labels, (name, i) => name ?? String(i))
}

/** The name in a list item: `"cat"`, `["n02123045", "tabby"]` or `{"name": "cat"}`. */
function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item
  if (Array.isArray(item)) return item.filter((part) => typeof part === 'string' && !/^n\d{8}$/.test(part)).pop()
  if (typeof item === 'object' && item !== null && 'name' in item) return String(item.name)
  return undefined
}

/** A sentence about a list with the wrong number of names and what to do; null if the number is right. */
export function labelFault(file: string, labels: readonly string[], wanted: number): string | null {
  if (labels.length === wanted) return null
  const hint =
    labels.length === wanted - 1
      ? reason`Often the first value is the background: put a line for it at the top.`
      : labels.length === wanted + 1
        ? reason`Often its first line is the background, which this model leaves out: remove it.`
        : reason`Choose the list that belongs to this model.`
  return reason`${file} has ${labels.length} names, but the model distinguishes ${wanted} things. ${hint}`
}

const VOC =
  'background,aeroplane,bicycle,bird,boat,bottle,bus,car,cat,chair,cow,dining table,dog,horse,motorbike,person,potted plant,sheep,sofa,train,tv'
const COCO =
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'
const CITYSCAPES =
  'road,sidewalk,building,wall,fence,pole,traffic light,traffic sign,vegetation,terrain,sky,person,rider,car,truck,bus,train,motorcycle,bicycle'
const FERPLUS = 'neutral,happiness,surprise,sadness,anger,disgust,fear,contempt'

const CIFAR = 'airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck'

const FACE =
  'background,skin,left eyebrow,right eyebrow,left eye,right eye,glasses,left ear,right ear,earring,nose,mouth,upper lip,lower lip,neck,necklace,clothes,hair,hat'

/** Adds placeholders for the ten numbers between 1 and 90 that COCO has abandoned. */
function withGaps(names: string[]): string[] {
  const gaps = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83]
  const rest = [...names]
  return Array.from({ length: 90 }, (_, i) => (gaps.includes(i + 1) ? '' : (rest.shift() as string)))
}

/** The labels that nearly all networks with this many outputs are trained on. */
const KNOWN: Record<string, { name: string; labels: string[] }> = {
  'map 2': { name: reason`foreground and background`, labels: ['background', 'foreground'] },
  'map 19': { name: reason`the 19 labels of Cityscapes`, labels: CITYSCAPES.split(',') },
  'map 21': { name: reason`the 21 labels of Pascal VOC`, labels: VOC.split(',') },
  'map 81': { name: reason`the 80 labels of COCO and the background`, labels: ['background', ...COCO.split(',')] },
  'face 19': { name: reason`the 19 parts of a face (CelebAMask)`, labels: FACE.split(',') },
  'map 20': { name: reason`the 20 things of Pascal VOC`, labels: VOC.split(',').slice(1) },
  'map 150': { name: reason`the 150 labels of ADE20K`, labels: ADE20K },
  'map 151': { name: reason`the 150 labels of ADE20K and the background`, labels: ['background', ...ADE20K] },
  'map 80': { name: reason`the 80 labels of COCO`, labels: COCO.split(',') },
  'one of 20': { name: reason`the 20 things of Pascal VOC`, labels: VOC.split(',').slice(1) },
  'one of 1000': { name: reason`the 1000 classes of ImageNet`, labels: IMAGENET },
  'one of 1001': {
    name: reason`the 1000 classes of ImageNet, and “none of these”`,
    labels: ['background', ...IMAGENET],
  },
  'small 100': { name: reason`the 100 things of CIFAR-100`, labels: CIFAR100 },
  'small 10': { name: reason`the ten things of CIFAR-10`, labels: CIFAR.split(',') },
  'one of 90': { name: reason`the labels of COCO`, labels: withGaps(COCO.split(',')) },
  'one of 10': { name: reason`the digits`, labels: Array.from('0123456789') },
  'one of 8': { name: reason`the eight emotions of FER+`, labels: FERPLUS.split(',') },
  'one of 80': { name: reason`the 80 labels of COCO`, labels: COCO.split(',') },
}

/** The usual names of this many labels in a map, or of this many classes; null if there are no usual ones. */
export function knownLabels(
  kind: 'map' | 'one of' | 'small' | 'face',
  count: number,
): { name: string; labels: string[] } | null {
  return KNOWN[`${kind} ${count}`] ?? null
}

/** Numbers as names, for labels without known names. */
export function numberedLabels(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i))
}
