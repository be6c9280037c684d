import assert from 'node:assert/strict'
import type { TensorInfo } from '../../src/engine'
import type { InputChoice, OutputChoice } from '../../src/inspect'
import { outputKinds, reshaped, withOutputKind } from '../../src/inspect/correct'
import { boxNumbers } from '../../src/inspect/experiment/box-numbers'
import { manifestOf } from '../../src/inspect/manifest-of'
import { propose } from '../../src/inspect/propose'
import { validateManifest } from '../../src/models'
import type { OnnxFile, OnnxNode } from '../../src/onnx/contents'

/** `name 1,3,h,w i64` describes a tensor. An output can also name its last step: `mask 1,1,64,64 Sigmoid`. */
type Ports = string[]

/**
 * Networks as exported by their publishers, reduced to their ports: inputs, outputs, and the proposals for
 * both.
 */
const NETWORKS: Record<string, [inputs: Ports, outputs: Ports, takes: string[], gives: string[]]> = {
  // Points in the picture, alone or among other numbers
  '2d106det': [['data N,3,192,192'], ['fc1 1,212'], ['picture'], ['points 106 centered']],
  '1k3d68': [['data N,3,192,192'], ['fc1 1,3309'], ['picture'], ['points 68 centered']],
  'peppa-landmarks': [['input 1,3,128,128'], ['output 1,143'], ['picture'], ['points 68']],
  pfld: [['input 1,3,112,112'], ['landms 1,196'], ['picture'], ['points 98']],
  blazepose: [
    ['input_1 1,256,256,3'],
    ['Identity 1,195', 'Identity_1 1,1 Sigmoid', 'Identity_2 1,256,256,1', 'Identity_4 1,117'],
    ['picture'],
    ['points 39', 'number', 'picture logits', 'numbers'],
  ],
  'hand-heat': [['input 1,3,256,256'], ['output 1,21,64,64'], ['picture'], ['points 21']],
  // Outputs that only look like points
  '6drepnet': [['input 1,3,224,224'], ['output 1,3,3'], ['picture'], ['numbers']],
  'sam-scores': [['x 1,3,64,64'], ['iou_predictions 1,4,3'], ['picture'], ['numbers']],
  fsanet: [['input 1,3,64,64'], ['output 1,3'], ['picture'], ['numbers']],
  genderage: [['data N,3,96,96'], ['fc1 1,3'], ['picture'], ['numbers']],
  // Choices
  ages: [['input b,64,64,3'], ['gender b,2 Softmax', 'age b,101 Softmax'], ['picture'], ['category 2', 'category 101']],
  fairface: [
    ['input b,3,224,224'],
    ['race b,7', 'gender b,2', 'age b,9'],
    ['picture'],
    ['category 7', 'category 2', 'category 9'],
  ],
  quickdraw: [['input 1,1,28,28'], ['output 1,345'], ['picture'], ['category 345']],
  tagger: [['input_1 b,448,448,3'], ['predictions b,9083 Sigmoid'], ['picture'], ['category 9083']],
  reid: [['input 1,3,256,128'], ['output 1,768'], ['picture'], ['numbers']],
  hopenet: [
    ['input 1,3,224,224'],
    ['yaw 1,66', 'pitch 1,66', 'roll 1,66'],
    ['picture'],
    ['numbers', 'numbers', 'numbers'],
  ],
  'style-predict': [['style_image b,h,w,3'], ['bottleneck b,1,1,100'], ['picture'], ['numbers']],
  'group-distances': [['X n,4'], ['label n ArgMin i64', 'scores n,3'], ['numbers'], ['number', 'numbers']],
  // Maps that aren't labels, and maps that are
  raft: [['0 1,3,360,480', '1 1,3,360,480'], ['flow 1,2,360,480'], ['picture', 'picture'], ['numbers']],
  'two-classes': [['input 1,3,h,w'], ['output 1,2,h,w'], ['picture'], ['labels 2']],
  superpoint: [['image 1,1,480,640'], ['semi 1,65,60,80', 'desc 1,256,60,80'], ['picture'], ['numbers', 'numbers']],
  'vae-encoder': [['sample b,3,h,w'], ['latent_sample b,4,k,l'], ['picture'], ['numbers']],
  unet: [['sample b,4,64,64', 'timestep b i64'], ['out_sample b,4,64,64'], ['numbers', 'number'], ['numbers']],
  normals: [['image 1,3,480,640'], ['normal 1,3,480,640'], ['picture'], ['picture -1..1']],
  eurosat: [['input b,13,64,64'], ['output b,10'], ['numbers'], ['numbers']],
  painter: [['input 1,35,256,256'], ['image 1,3,256,256 Tanh'], ['labels'], ['picture -1..1']],
  hair: [['input_1 1,512,512,4'], ['conv 1,512,512,2'], ['picture'], ['labels 2']],
  eeg: [['x b,100,time'], ['probs time,b,4'], ['numbers'], ['numbers']],
  'echo-mos': [['input b,3,frames,160'], ['output b'], ['numbers'], ['number']],
  'pixel-diffusion': [['x 1,3,64,64', 't 1 i64'], ['eps 1,3,64,64'], ['numbers', 'number'], ['numbers']],
  // A map of measured values, and rows of numbers that aren't maps
  bands: [['input 1,13,128,128'], ['output 1,1,128,128'], ['numbers'], ['values']],
  'views-from-above': [['img 6,3,480,800'], ['bev 1,2500,256'], ['numbers'], ['numbers']],
  'with-words': [
    ['sample 1,8,96,96', 'timestep 1 i64', 'encoder_hidden_states 1,77,1024'],
    ['out_sample 1,4,96,96'],
    ['numbers', 'number', 'numbers'],
    ['numbers'],
  ],
  'two-frames': [['input 1,8,256,448'], ['output 1,3,256,448'], ['numbers'], ['picture -1..1']],
  tracker: [
    ['template 1,3,128,128', 'search 1,3,256,256'],
    ['where 1,1,16,16 Sigmoid', 'size 1,2,16,16 Sigmoid'],
    ['picture', 'picture'],
    ['picture 0..1', 'numbers'],
  ],
  'pairs-of-points': [
    ['image0 1,1,480,640', 'image1 1,1,480,640'],
    ['mkpts0 n,2', 'mkpts1 n,2', 'mconf n'],
    ['picture', 'picture'],
    ['numbers', 'numbers', 'numbers'],
  ],
  inpaint: [
    ['image 1,3,64,64', 'mask 1,1,64,64'],
    ['output 1,3,64,64 Sigmoid'],
    ['picture', 'picture'],
    ['picture 0..1'],
  ],
  // Its input is points in a picture that another network has processed.
  'sam-decoder': [
    [
      ...['image_embeddings 1,256,64,64', 'point_coords 1,n,2', 'point_labels 1,n', 'mask_input 1,1,256,256'],
      ...['has_mask_input 1', 'orig_im_size 2'],
    ],
    ['masks a,b,c,d', 'iou_predictions 1,4', 'low_res_masks 1,4,256,256'],
    ['numbers', 'numbers', 'numbers', 'numbers', 'number', 'numbers'],
    ['numbers', 'numbers', 'numbers'],
  ],
  'twelve-leads': [['x 1,12,4096'], ['y 1,6 Sigmoid'], ['numbers'], ['numbers']],
  'page-corners': [['x 1,3,224,224'], ['corners 1,8 Sigmoid'], ['picture'], ['points 4']],
  'which-tokens': [['src b,n i64', 'src_mask b,n b'], ['memory b,n,256'], ['numbers', 'numbers'], ['numbers']],
  'code-book': [['image 1,3,256,256'], ['codes 1,32,32 i64'], ['picture'], ['numbers']],
  'p-net': [['data 1,3,h,w'], ['conv4-2 1,4,k,l', 'prob1 1,2,k,l Softmax'], ['picture'], ['numbers', 'labels 2']],
  xfeat: [
    ['image 1,1,480,640'],
    ['feats 1,64,60,80', 'keypoints 1,65,60,80', 'reliability 1,1,60,80 Sigmoid'],
    ['picture'],
    ['numbers', 'numbers', 'picture 0..1'],
  ],
  east: [
    ['input_images 1,3,320,320'],
    ['feature_fusion/Conv_7/Sigmoid 1,1,80,80 Sigmoid', 'feature_fusion/concat_3 1,5,80,80'],
    ['picture'],
    ['things east text'],
  ],
  'east-last': [
    ['input_images 1,h,w,3'],
    ['scores 1,k,l,1 Sigmoid', 'geometry 1,k,l,5'],
    ['picture'],
    ['things east text'],
  ],
  'crowd-density': [['image 1,3,h,w'], ['density 1,1,k,l'], ['picture'], ['values']],
  'face-parts': [
    ['input 1,3,512,512'],
    ['out 1,19,512,512', 'out16 1,19,512,512', 'out32 1,19,512,512'],
    ['picture'],
    ['labels 19'],
  ],
  'road-and-lanes': [
    ['x 1,3,256,256'],
    ['road 1,2,256,256', 'lane 1,2,256,256'],
    ['picture'],
    ['labels 2', 'labels 2'],
  ],
  'letters-first': [['input 1,1,32,w'], ['output t,1,37'], ['picture'], ['text']],
  // Letters by columns. These outputs aren't points: a network never finds as many points as a picture has
  // pixels.
  lprnet: [['input 1,3,24,94'], ['output 1,37,18'], ['picture'], ['text']],
  'lprnet-chinese': [['input 1,3,24,94'], ['output 1,68,18'], ['picture'], ['numbers']],
  crnn: [['input 1,1,32,100'], ['output 1,26,37 LogSoftmax'], ['picture'], ['text']],
  captcha: [['input 1,1,50,200'], ['output 1,5,36 Softmax'], ['picture'], ['text']],
  'captcha-heads': [
    ['input b,50,155,3'],
    ['digit_0 a,10 Softmax', 'digit_1 b,10 Softmax', 'digit_2 c,10 Softmax'],
    ['picture'],
    ['text'],
  ],
  plates: [['input n,70,140,1 u8'], ['plate n,9,37 Softmax'], ['picture'], ['text']],
  // Several score lists of equal length for a square picture are separate choices.
  'three-choices': [
    ['input b,3,224,224'],
    ['colour b,10 Softmax', 'make b,10 Softmax', 'body b,10 Softmax'],
    ['picture'],
    ['category 10', 'category 10', 'category 10'],
  ],
  posenet: [
    ['image 1,353,257,3'],
    ['heatmap 1,23,17,17 Sigmoid', 'offset_2 1,23,17,34', 'fwd_2 1,23,17,32', 'bwd_2 1,23,17,32'],
    ['picture'],
    ['points 17'],
  ],
  'hopenet-lite': [['input 1,3,224,224'], ['output 1,3'], ['picture'], ['numbers']],
  matcher: [['desc0 1,n,256', 'desc1 1,m,256'], ['matches k,2 i64'], ['numbers', 'numbers'], ['numbers']],
  // Detectors
  centerface: [
    ['input.1 1,3,h,w'],
    ['537 1,1,i,j Sigmoid', '538 1,2,i,j', '539 1,2,i,j', '540 1,10,i,j'],
    ['picture'],
    ['things centers face'],
  ],
  centernet: [
    ['input 1,3,512,512'],
    ['hm 1,80,128,128 Sigmoid', 'wh 1,2,128,128', 'reg 1,2,128,128'],
    ['picture'],
    ['things centers 80'],
  ],
  'yolov5-face': [['input 1,3,640,640'], ['output 1,25200,16'], ['picture'], ['things yolo face']],
  'yolov8n-face': [['images 1,3,640,640'], ['output0 1,20,8400'], ['picture'], ['things yolo face']],
  retinanet: [
    ['input 1,3,480,640'],
    [
      'o1 1,720,60,80 Sigmoid',
      'o2 1,720,30,40 Sigmoid',
      'o3 1,720,15,20 Sigmoid',
      'o4 1,36,60,80',
      'o5 1,36,30,40',
      'o6 1,36,15,20',
    ],
    ['picture'],
    ['things priors 80'],
  ],
  rtmdet: [
    ['input 1,3,320,320'],
    ['a 1,80,40,40', 'b 1,80,20,20', 'c 1,80,10,10', 'd 1,4,40,40', 'e 1,4,20,20', 'f 1,4,10,10'],
    ['picture'],
    ['things rtmdet 80'],
  ],
  'rtmdet-ins': [
    ['input 1,3,320,320'],
    [
      ...['a 1,3,40,40', 'b 1,3,20,20', 'c 1,3,10,10', 'd 1,4,40,40', 'e 1,4,20,20', 'f 1,4,10,10'],
      ...['g 1,169,40,40', 'h 1,169,20,20', 'i 1,169,10,10', 'm 1,8,40,40'],
    ],
    ['picture'],
    ['things rtmdet 3'],
  ],
  fcos: [
    ['input 1,3,320,320'],
    [
      ...['a 1,80,40,40', 'b 1,80,20,20', 'c 1,80,10,10', 'd 1,4,40,40 Relu', 'e 1,4,20,20 Relu', 'f 1,4,10,10 Relu'],
      ...['g 1,1,40,40', 'h 1,1,20,20', 'i 1,1,10,10'],
    ],
    ['picture'],
    ['things rtmdet 80'],
  ],
  // Its boxes correct anchors. The file doesn't contain them, but all networks of this kind share them.
  atss: [
    ['input 1,3,320,320'],
    [
      ...['a 1,80,40,40', 'b 1,80,20,20', 'c 1,80,10,10', 'd 1,4,40,40', 'e 1,4,20,20', 'f 1,4,10,10'],
      ...['g 1,1,40,40', 'h 1,1,20,20', 'i 1,1,10,10'],
    ],
    ['picture'],
    ['things priors 80'],
  ],
  // No known kind has six boxes in each cell.
  'other-anchors': [
    ['input 1,3,320,320'],
    ['a 1,12,40,40', 'b 1,12,20,20', 'c 1,12,10,10', 'd 1,24,40,40', 'e 1,24,20,20', 'f 1,24,10,10'],
    ['picture'],
    Array.from({ length: 6 }, () => 'numbers'),
  ],
  // Only some outputs state a fixed number of results.
  'five-found': [['image 3,h,w'], ['boxes n,4', 'labels 5 i64', 'scores 5'], ['picture'], ['things boxes 80']],
  'bodies-found': [
    ['image 3,h,w'],
    ['boxes n,4', 'labels m i64', 'scores m', 'keypoints k,l,3', 'keypoints_scores s,t'],
    ['picture'],
    ['things boxes person'],
  ],
  // Twice as many planes as a body has points may be heat maps and tags, unless they are as fine as the
  // picture or named as labels.
  'heat-and-tags': [['input 1,3,512,512'], ['output 1,34,128,128'], ['picture'], ['numbers']],
  'as-fine': [['input 1,3,512,512'], ['output 1,34,512,512'], ['picture'], ['labels 34']],
  'called-labels': [['input 1,3,512,512'], ['seg_logits 1,28,128,128'], ['picture'], ['labels 28']],
  'pp-yoloe': [
    ['image 1,3,640,640'],
    ['tmp_16 1,8400,4', 'concat_14.tmp_0 1,80,8400 Sigmoid'],
    ['picture'],
    ['things boxes 80'],
  ],
  maskformer: [
    ['pixel_values b,3,512,512'],
    ['class_queries_logits b,100,151', 'masks_queries_logits b,100,128,128'],
    ['picture'],
    ['things queries 150'],
  ],
  higherhrnet: [
    ['input 1,3,512,512'],
    ['output1 1,34,128,128', 'output2 1,17,256,256'],
    ['picture'],
    ['numbers', 'numbers'],
  ],
  'higherhrnet-of-any-size': [
    ['input 1,3,h,w'],
    ['output1 1,34,i,j', 'output2 1,17,k,l'],
    ['picture'],
    ['numbers', 'numbers'],
  ],
  'points-and-tags': [
    ['input 1,3,512,512'],
    ['heatmaps 1,17,128,128', 'tags 1,17,128,128'],
    ['picture'],
    ['numbers', 'numbers'],
  ],
  // The file doesn't say which 313 colours these are.
  'colour-bins': [['data_l 1,1,256,256'], ['class8_313_rh 1,313,64,64 Softmax'], ['picture'], ['numbers']],
  // Lidar data isn't a picture, and the outputs aren't maps.
  'pillars-scattered': [
    ['spatial_features 1,64,124,108'],
    ['cls_preds 1,18,124,108', 'box_preds 1,42,124,108', 'dir_cls_preds 1,12,124,108'],
    ['numbers'],
    ['numbers', 'numbers', 'numbers'],
  ],
  'bev-centers': [
    ['bev_map 1,4,480,512'],
    ['hm 1,3,120,128 Sigmoid', 'center_z 1,1,120,128'],
    ['numbers'],
    ['numbers', 'numbers'],
  ],
  // Planes from another network aren't bands; if they were, their output would be labels.
  'inner-planes': [['x 1,64,40,40'], ['y 1,18,40,40'], ['numbers'], ['numbers']],
  'bands-to-labels': [['x 1,12,64,64'], ['y 1,9,64,64'], ['numbers'], ['labels 9']],
  // Where people look: each value is a share of the whole picture.
  fixations: [['image 1,3,256,320'], ['saliency 1,1,256,320 Softmax'], ['picture'], ['values']],
  // About the input rows: pairs of them, and a class for each.
  'lines-in-order': [
    ['feats 1,n,16', 'mask 1,n b'],
    ['tab 1,3,n,m', 'cls 1,n,10', 'same 1,n,m'],
    ['numbers', 'numbers'],
    ['numbers', 'numbers', 'numbers'],
  ],
  pyramid: [
    ['input 1,3,320,320'],
    ['p3 1,256,40,40', 'p4 1,256,20,20', 'p5 1,256,10,10'],
    ['picture'],
    ['numbers', 'numbers', 'numbers'],
  ],
  yolop: [
    ['images 1,3,640,640'],
    ['det_out 1,25200,6', 'drive_area_seg 1,2,640,640 Sigmoid', 'lane_line_seg 1,2,640,640 Softmax'],
    ['picture'],
    // Maps as large as the picture, together with detections.
    ['things yolo thing', 'masks', 'labels 2'],
  ],
  'detr-with-mask': [
    ['pixel_values b,3,640,640', 'pixel_mask b,64,64 i64'],
    ['logits b,100,92', 'pred_boxes b,100,4 Sigmoid'],
    ['picture', 'size'],
    ['things boxes 80'],
  ],
  // All boxes, and the indices of the chosen ones.
  'yolov3-10': [
    ['input_1 b,3,h,w', 'image_shape b,2'],
    ['boxes 1,n,4', 'scores 1,80,n', 'indices k,3 i32'],
    ['picture', 'size'],
    ['things chosen 80'],
  ],
  // As many boxes as its grids have cells, in pixels.
  'yolo-nas': [['input 1,3,640,640'], ['boxes 1,8400,4', 'scores 1,8400,80 Sigmoid'], ['picture'], ['things boxes 80']],
  // DETR's last class means "no object"; RT-DETR has no such class.
  'table-transformer': [
    ['pixel_values b,3,h,w'],
    ['logits b,125,7', 'pred_boxes b,125,4'],
    ['picture'],
    ['things boxes 6'],
  ],
  'rt-detr': [
    ['pixel_values b,3,640,640'],
    ['logits b,300,80', 'pred_boxes b,300,4'],
    ['picture'],
    ['things boxes 80'],
  ],
  hybridnets: [
    ['input 1,3,384,640'],
    ['regression 1,46035,4', 'classification 1,46035,1 Sigmoid', 'segmentation 1,3,384,640'],
    ['picture'],
    ['things priors thing'],
  ],
  'mlsd-maps': [
    ['input_image_with_alpha 1,512,512,4'],
    ['offsets 1,256,256,4', 'scores 1,256,256,1'],
    ['picture'],
    ['things mlsd line'],
  ],
  'openpose-joined': [['image 1,3,368,368'], ['net_output 1,57,46,46'], ['picture'], ['things openpose person']],
  'openpose-feet': [['image 1,3,368,368'], ['net_output 1,78,46,46'], ['picture'], ['things openpose person']],
  // Bodies with their points next to them. For bodies, a point's third number is its confidence.
  rtmo: [['input 1,3,640,640'], ['dets 1,n,5', 'keypoints 1,n,17,3'], ['picture'], ['things rows person']],
  'animals-with-points': [
    ['input 1,3,640,640'],
    ['boxes 1,n,5', 'points 1,n,20,2'],
    ['picture'],
    ['things rows thing'],
  ],
  'keypoint-rcnn': [
    ['image 3,h,w'],
    ['boxes n,4', 'labels n i64', 'scores n', 'keypoints n,17,3', 'keypoints_scores n,17'],
    ['picture'],
    ['things boxes person'],
  ],
  'yolov7-end': [
    ['images 1,3,640,640'],
    ['num_dets 1,1 i32', 'det_boxes 1,100,4', 'det_scores 1,100', 'det_classes 1,100 i32'],
    ['picture'],
    ['things boxes 80'],
  ],
}

const DTYPES: Record<string, string> = { i64: 'int64', i32: 'int32', u8: 'uint8', b: 'bool' }

function tensorOf(port: string): TensorInfo {
  const [name = '', sides = '', ...rest] = port.split(' ')
  const dtype = rest.map((word) => DTYPES[word]).find(Boolean) ?? 'float32'
  return {
    name,
    dtype,
    shape: sides.split(',').map((side) => (/^\d+$/.test(side) ? Number(side) : side)),
  } as TensorInfo
}

/** A file whose first step reads the first picture, and whose last steps are those given with the outputs. */
function fileOf(inputs: TensorInfo[], outputs: Ports): OnnxFile {
  const port = ({ name }: { name: string }) => ({ name, about: '', denotation: '', isTensor: true })
  const [first] = inputs
  const planes = [first?.shape[1], first?.shape[3]].find((side) => typeof side === 'number' && side <= 40)
  const step = (op: string, from: string[], to: string): OnnxNode => ({
    op,
    inputs: from,
    outputs: [to],
    attributes: {},
  })
  return {
    irVersion: 8,
    producer: '',
    graphName: 'main',
    opsets: [],
    metadata: {},
    operators: [],
    constants: new Map([['w', { dims: [8, Number(planes ?? 3), 3, 3], values: null }]]),
    inputs: inputs.map(port),
    outputs: outputs.map((text) => port({ name: text.split(' ')[0] as string })),
    external: new Map(),
    ownDomains: [],
    filters: new Map(),
    nodes: [
      step('Conv', [first?.name ?? '', 'w'], 'seen'),
      ...outputs.map((text) => {
        const [name = '', , op = 'Add'] = text.split(' ')
        return step(/^[A-Z]/.test(op) ? op : 'Add', ['seen', 'k'], name)
      }),
    ],
  }
}

function saying({ as, labels, points, shape, picture, detector }: OutputChoice): string {
  if (as === 'things')
    return `things ${detector?.decode} ${labels?.length === 1 ? labels[0] : labels?.filter(Boolean).length}`
  if (as === 'picture') return `picture ${picture?.range}`
  if (as === 'points') {
    const { size, skip = 0, each = size, count, heat, unit } = points ?? { size: 2 }
    const all = shape.reduce<number>((product, side) => product * (typeof side === 'number' ? side : 1), 1)
    return ['points', heat ? shape[picture?.layout === 'NHWC' ? 3 : 1] : (count ?? (all - skip) / each), unit]
      .filter(Boolean)
      .join(' ')
  }
  return as === 'category' || as === 'labels' ? `${as} ${labels?.length}` : as
}

describe('proposals for networks, from their ports', () => {
  for (const [called, [takes, gives, taken, given]] of Object.entries(NETWORKS))
    it(called, () => {
      const [inputs, outputs] = [takes.map(tensorOf), gives.map(tensorOf)]
      const around = { called: `${called}.onnx`, text: undefined, labels: () => null }
      const proposal = propose(inputs, outputs, fileOf(inputs, gives), around)
      const isSent = ({ as }: InputChoice | OutputChoice) => as !== ('unused' as string)
      assert.deepEqual(
        [proposal.inputs.map(({ as }) => as), proposal.outputs.filter(isSent).map(saying)],
        [taken, given],
      )
    })

  it('a detector for any size is recognised by its grids for the usual size', () => {
    const sorts = [80, 4, 1]
    const sides = [80, 40, 20]
    const outputs = sorts.flatMap((planes) => sides.map((side) => tensorOf(`p${planes}s${side} b,${planes},h,w`)))
    const grids = sorts.flatMap((planes) =>
      sides.map((side) => tensorOf(`p${planes}s${side} 1,${planes},${side},${side}`)),
    )
    const inputs = [tensorOf('input b,3,h,w')]
    const names = outputs.map(({ name }) => name)
    const around = { called: 'atss.onnx', text: undefined, labels: () => null, grids }
    const proposal = propose(inputs, outputs, fileOf(inputs, names), around)
    const [things, ...others] = proposal.outputs
    assert.deepEqual([things?.as, things?.detector?.decode], ['things', 'priors'])
    assert.deepEqual(things?.detector?.priors?.sizes, [[[64, 64]], [[128, 128]], [[256, 256]]])
    assert.ok(others.every(({ as }) => as === 'unused'))
    assert.deepEqual([proposal.inputs[0]?.picture?.width, proposal.inputs[0]?.confidence], [640, 'likely'])
  })

  it('a decoder reports that it needs its encoder', () => {
    const inputs = ['input_ids b,n i64', 'encoder_hidden_states b,m,512'].map(tensorOf)
    const outputs = [tensorOf('logits b,n,32128')]
    const around = { called: 'decoder_model.onnx', text: undefined, labels: () => null }
    const proposal = propose(inputs, outputs, fileOf(inputs, ['logits']), around)
    assert.match(proposal.inputs[1]?.why ?? '', /the encoder, another file of this model.* writes nothing/)
  })

  it('every message must give another input’s length', () => {
    const inputs = ['x b,1,96,w', 'widths b i64'].map(tensorOf)
    const outputs = [tensorOf('ids b,t i64')]
    const around = { called: 'rec.onnx', text: undefined, labels: () => null }
    const proposal = propose(inputs, outputs, fileOf(inputs, ['ids']), around)
    const facts = { file: 'rec.onnx', bytes: 1, sha256: '0'.repeat(64), label: 'rec' }
    const port = manifestOf(proposal, facts).inputs.find(({ name }) => name === 'widths')
    assert.deepEqual(port?.type, { type: 'number', step: 1 })
    assert.match(port?.help ?? '', /each message must give it/)
  })

  it('lists become pictures and points by hand', () => {
    const [inputs, outputs] = [[tensorOf('x 1,3,64,64')], [tensorOf('y 1,1200')]]
    const around = { called: 'flat.onnx', text: undefined, labels: () => null }
    const proposal = propose(inputs, outputs, fileOf(inputs, ['y 1,1200']), around)
    const [before] = proposal.outputs
    assert.ok(before && outputKinds(before, true).includes('picture') && outputKinds(before, true).includes('points'))
    const { picture } = withOutputKind(proposal, 'y', 'picture').outputs[0] as OutputChoice
    assert.ok(picture)
    const sidesOf = ({ width, height, channels }: typeof picture) => [width, height, channels]
    assert.deepEqual([...sidesOf(picture), picture.flat], [20, 20, 3, true])
    // The other side is adjusted; if a side doesn't divide the numbers, the shape nearest to a square is
    // used.
    assert.deepEqual(sidesOf(reshaped(1200, picture, { width: 40 })), [40, 10, 3])
    assert.deepEqual(sidesOf(reshaped(1200, picture, { channels: 1 })), [40, 30, 1])
    assert.deepEqual(sidesOf(reshaped(1200, picture, { height: 7 })), [20, 20, 3])
    const facts = { file: 'flat.onnx', bytes: 1, sha256: '0'.repeat(64), label: 'flat' }
    const made = manifestOf(withOutputKind(proposal, 'y', 'picture'), facts)
    assert.deepEqual(made.variants[0]?.fetches.y?.kind === 'image' && made.variants[0].fetches.y.dims, [1, 3, 20, 20])
    const pointed = withOutputKind(proposal, 'y', 'points')
    const points = { size: 2, skip: 4, each: 3, count: 9, unit: 'centered' } as const
    const [output] = pointed.outputs
    const manifest = manifestOf({ ...pointed, outputs: [{ ...output, points } as OutputChoice] }, facts)
    assert.deepEqual(manifest.variants[0]?.fetches.y, {
      kind: 'points',
      to: 'y',
      of: manifest.inputs[0]?.name,
      ...points,
    })
    assert.deepEqual(validateManifest({ ...manifest, node: 'daisychain-test' }), [])
    const faultsOf = (wrong: object) =>
      validateManifest({
        ...manifest,
        node: 'daisychain-test',
        variants: [{ ...manifest.variants[0], fetches: { y: { ...manifest.variants[0]?.fetches.y, ...wrong } } }],
      } as never)
    assert.match(faultsOf({ unit: 'inches' }).join(), /must be “centered”/)
    assert.match(faultsOf({ each: 1 }).join(), /at least 2 as "each" \(got 1\)/)
    assert.match(faultsOf({ count: 0.5 }).join(), /"count": 0\.5 must be a whole number from 1/)
  })

  it('boxes show by their numbers how they are measured', () => {
    const detector = { decode: 'boxes', boxes: 'b', scores: 's', unit: 'share' } as const
    const port = (tensor: string) => ({ tensor, as: 'things', detector, name: tensor }) as unknown as OutputChoice
    const proposal = { inputs: [], outputs: [port('b'), port('s')], notes: [] }
    const said = (box: (i: number) => number[]) => {
      const numbers = Array.from({ length: 40 }, (_, i) => box(i)).flat()
      const changed = boxNumbers(port('b'), numbers, proposal)
      return changed.b?.as ?? [changed.b?.detector?.corners, changed.b?.detector?.unit]
    }
    assert.deepEqual(
      said((i) => [10 + i, 20, 90 + i, 60]),
      ['xyxy', 'canvas'],
    )
    assert.deepEqual(
      said((i) => [0.5 + i / 100, 0.6, 0.2, 0.3]),
      ['cxcywh', 'share'],
    )
    // Already corners in shares, or too few boxes to decide.
    assert.deepEqual(
      said((i) => [0.1, 0.2, 0.5 + i / 100, 0.9]),
      [undefined, undefined],
    )
    assert.deepEqual(
      said((i) => (i < 5 ? [10, 20, 90, 60] : [0, 0, 0, 0])),
      [undefined, undefined],
    )
    // These are corrections of boxes that aren't in the file.
    assert.equal(
      said((i) => [Math.sin(i), Math.cos(3 * i), Math.sin(5 * i), Math.cos(7 * i)]),
      'numbers',
    )
  })
})
