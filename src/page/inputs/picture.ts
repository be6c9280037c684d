import { element } from '../../editor/dom'
import { say } from '../data'
import { hide, signButton, wordButton } from '../dom'
import { openCamera } from './camera'
import { takeDrops } from './drop'
import type { Build, Built } from './input'
import { filesIn, fitForSending, sortOut } from './picture-files'

/** How many pictures can be chosen at once. */
const MOST = 500
/** How many pictures are shown as thumbnails. */
const MOST_SHOWN = 24
/** How many unreadable files the error message names. */
const MOST_NAMED = 3

/** Announces the picture in each picture input, which clicks and boxes may refer to. */
export const pictureEvents = new EventTarget()

/**
 * An input for one or more pictures: chosen from files or folders, taken with the camera, pasted or dropped.
 */
export const buildPicture: Build = ({ name, label, required, type }, changed) => {
  const isList = type.type === 'array'
  let pictures: Blob[] = []
  let urls: string[] = []
  const chooser = element('input', { type: 'file', accept: 'image/*', multiple: true, hidden: true })
  const folder = element('input', { type: 'file', hidden: true })
  folder.webkitdirectory = true
  const shown = element('div', { className: 'pictures' })
  const said = element('p', { className: 'note' })
  said.setAttribute('role', 'status')
  const remove = signButton('✕', 'remove', () => give([]), 'remove')
  const drop = element(
    'div',
    { className: 'drop' },
    shown,
    element(
      'div',
      { className: 'row' },
      wordButton('choosePicture', () => chooser.click()),
      wordButton('useCamera', () => openCamera((one) => give([one]), tell)),
      ...('webkitdirectory' in folder && matchMedia('(pointer: fine)').matches
        ? [wordButton('chooseFolder', () => folder.click())]
        : []),
      remove,
    ),
    element('p', { className: 'hint' }, say('pasteOrDrop')),
    said,
    chooser,
    folder,
  )
  for (const field of [chooser, folder])
    field.addEventListener('change', () => {
      void takeFiles([...(field.files ?? [])])
      field.value = ''
    })
  takeDrops(drop, (dropped) => void filesIn(dropped).then(takeFiles))
  pictureInputs.push({ take: takeFiles, isEmpty: () => pictures.length === 0 })
  hide(remove, true)

  async function takeFiles(files: File[]): Promise<void> {
    const { pictures: found, unread } = await sortOut(files)
    tell('')
    if (found.length > 0) {
      found.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
      give(isList ? [...pictures, ...found] : found)
    }
    const fault = unread.length > 0 ? unreadSentence(unread) : found.length === 0 ? say('noPicture') : ''
    tell([said.textContent, fault].filter(Boolean).join(' '))
  }

  function give(next: Blob[]): void {
    tell(next.length > MOST ? say('tooMany', { number: MOST }) : '')
    pictures = next.slice(0, MOST)
    for (const url of urls) URL.revokeObjectURL(url)
    urls = pictures.slice(0, MOST_SHOWN).map((picture) => URL.createObjectURL(picture))
    shown.replaceChildren(
      ...urls.map((src, i) => {
        const image = element('img', { src, alt: `${label} ${urls.length > 1 ? i + 1 : ''}`.trim() })
        image.addEventListener('error', () => tell(say('cannotShow')))
        return image
      }),
    )
    if (pictures.length > urls.length) shown.append(element('span', {}, `+${pictures.length - urls.length}`))
    hide(remove, pictures.length === 0)
    drop.classList.toggle('full', pictures.length > 0)
    if (pictures.length > 1 && !isList) tell(say('oneRunEach', { number: pictures.length }))
    pictureEvents.dispatchEvent(new CustomEvent('picture', { detail: { name, url: urls[0] ?? '' } }))
    changed()
  }

  function tell(sentence: string): void {
    said.textContent = sentence
  }

  const built: Built = {
    element: drop,
    async read() {
      if (isList) return pictures.length > 0 ? Promise.all(pictures.map(fitForSending)) : undefined
      return pictures[0] && fitForSending(pictures[0])
    },
    fault: () => (required && pictures.length === 0 ? say('missing') : null),
    seen: () => urls[0] ?? null,
    put: (value) => give(([value].flat() as unknown[]).filter((one): one is Blob => one instanceof Blob)),
  }
  return isList ? built : { ...built, each: () => pictures }
}

function unreadSentence(files: readonly File[]): string {
  const names = files.slice(0, MOST_NAMED).map(({ name }) => `“${name}”`)
  if (files.length > MOST_NAMED) names.push(`+${files.length - MOST_NAMED}`)
  const isHeic = files.some(({ name, type }) => /^image\/hei[cf]/.test(type) || /\.(hei[cf]s?|hif)$/i.test(name))
  return say(isHeic ? 'unreadHeic' : 'unread', { names: names.join(', ') })
}

const pictureInputs: { take(files: File[]): void; isEmpty(): boolean }[] = []

/**
 * A picture pasted anywhere on the page goes to the first empty picture input, or if none is empty, to the
 * first one.
 */
document.addEventListener('paste', (event) => {
  const input = pictureInputs.find(({ isEmpty }) => isEmpty()) ?? pictureInputs[0]
  if (!input || !event.clipboardData?.files.length) return
  event.preventDefault()
  void filesIn(event.clipboardData).then((files) => input.take(files))
})
