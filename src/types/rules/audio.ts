import { adapts, depends, match, mismatch } from '../finding'
import type { TypeFinding } from '../judgement'
import { mixChange } from '../mix'
import type { AudioFormat, AudioType, PortType } from '../port-type'
import { isRootedPath, isWebAddress } from './image'

/** The file extensions of all formats that the reader decodes. */
const EXTENSIONS =
  'wav|wave|bwf|rf64|w64|flac|mp[123]|mpga|ogg|og[agvx]|opus|spx|m4[abrv]|mp4|mov|3g[p2]|aac|aiff?|aifc|au|snd|caf|amr|' +
  'mka|mkv|web[am]|avi|wma|wmv|asf|flv|mpe?g|vob|m?ts|m2ts|wv|tta|e?ac3'
const soundFile = new RegExp(`\\.?(${EXTENSIONS})$`, 'i')

/** An input for sounds reads every format and sample rate, so only channels and length are compared. */
export function toAudio(from: PortType, to: AudioType): TypeFinding {
  if (from.type === 'audio') return soundToSound(from, to)
  if (!readsAll(to)) return mismatch(from, to)
  switch (from.type) {
    case 'file':
      return from.extension && !soundFile.test(from.extension)
        ? depends(from, to)
        : unread(from, to, 'is read from disk')
    case 'category':
      return wordsToSound(from.oneOf ?? [], from, to)
    case 'record':
      return isLikeSound(Object.keys(from.fields)) ? depends(from, to) : mismatch(from, to)
    default:
      return mismatch(from, to)
  }
}

function soundToSound(from: AudioType, to: AudioType): TypeFinding {
  const way = compareFormats(from.format ?? 'value', to.format ?? 'value')
  if (way === 'differs') return mismatch(from, to)
  if (way === 'depends') return depends(from, to)
  const changes = way === 'decoded' ? ['is decoded'] : []
  if (to.channels && to.channels !== from.channels) {
    if (!from.channels && to.channels !== 1) return depends(from, to)
    const change = from.channels ? mixChange(from.channels, to.channels) : ''
    if (change === null) return mismatch(from, to)
    if (change) changes.push(change)
  }
  if (to.sampleRate && from.sampleRate && from.sampleRate !== to.sampleRate)
    changes.push(`is resampled to ${to.sampleRate} Hz`)
  return withLength(from, to, changes)
}

function compareFormats(from: AudioFormat, to: AudioFormat): 'same' | 'decoded' | 'depends' | 'differs' {
  if (from === to || (to === 'buffer' && from === 'wav')) return 'same'
  if (to === 'value') return 'decoded'
  return from === 'buffer' && to === 'wav' ? 'depends' : 'differs'
}

/** The number of channels isn't known until the file is read. */
function unread(from: PortType, to: AudioType, change: string): TypeFinding {
  return (to.channels ?? 1) > 1 ? depends(from, to) : withLength(from, to, [change])
}

function withLength(from: PortType, to: AudioType, changes: string[]): TypeFinding {
  const longest = from.type === 'audio' ? from.maxSeconds : undefined
  if (to.maxSeconds && (longest === undefined || longest > to.maxSeconds)) return depends(from, to)
  return changes.length ? adapts(from, ...changes) : match(from)
}

function wordsToSound(words: readonly string[], from: PortType, to: AudioType): TypeFinding {
  if (words.length > 0 && words.every(isSoundPath)) return unread(from, to, 'is taken as the path of a sound')
  const mayBe = words.some((word) => !isWebAddress(word) && (isRootedPath(word) || /^(file|data):/i.test(word)))
  return mayBe || words.some(isSoundPath) ? depends(from, to) : mismatch(from, to)
}

/** Whether a file name's extension is one of a sound or a video. */
export function isSoundName(name: string): boolean {
  return /\.\w+$/.test(name) && soundFile.test(name)
}

/** Whether text looks like the path of a sound: a single line with the extension of a sound or video file. */
export function isSoundPath(text: string): boolean {
  return (
    text.length < 4096 &&
    !/[\r\n]/.test(text) &&
    !isWebAddress(text) &&
    /[^.\s/\\]\.\w+$/.test(text) &&
    soundFile.test(text)
  )
}

/** Whether a record with these fields may be a sound: it has samples and a sample rate. */
export function isLikeSound(names: readonly string[]): boolean {
  const has = (name: string) => names.includes(name)
  return (has('sampleRate') && (has('data') || has('channelData'))) || (has('type') && has('data')) // JSON's Buffer
}

function readsAll({ format }: AudioType): boolean {
  return format === undefined || format === 'value'
}
