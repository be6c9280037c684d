import { element } from '../../editor/dom'
import type { AudioType } from '../../types'
import { data, say } from '../data'
import { hide, signButton, wordButton } from '../dom'
import { takeDrops } from './drop'
import type { Build } from './input'
import { record } from './record'

/**
 * An input for a sound: from a file, the microphone or a drop. Recordings are sent as WAV at the sample rate
 * the input needs.
 */
export const buildSound: Build = ({ label, required, type }, changed) => {
  let sound: Blob | undefined
  let url = ''
  let recording: { stop(): void } | null = null
  const { sampleRate = 48_000, maxSeconds = 600 } = type as AudioType
  const chooser = element('input', { type: 'file', accept: 'audio/*,video/*', hidden: true })
  const player = element('audio', { controls: true, hidden: true })
  player.setAttribute('aria-label', label)
  const said = element('p', { className: 'note' })
  said.setAttribute('role', 'status')
  const tell = (sentence: string) => {
    said.textContent = sentence
  }
  const remove = signButton('✕', 'remove', () => give(undefined), 'remove')
  const microphone = wordButton('useMicrophone', () => void toggle())
  const drop = element(
    'div',
    { className: 'drop' },
    player,
    element(
      'div',
      { className: 'row' },
      wordButton('chooseSound', () => chooser.click()),
      microphone,
      remove,
    ),
    said,
    chooser,
  )
  chooser.addEventListener('change', () => {
    if (chooser.files?.[0]) give(chooser.files[0])
    chooser.value = ''
  })
  takeDrops(drop, ({ files }) => {
    const found = [...files].find(({ type }) => /^(audio|video)\//.test(type))
    if (found) give(found)
    else tell(say('noSound'))
  })
  hide(remove, true)

  function give(next: Blob | undefined): void {
    sound = next
    URL.revokeObjectURL(url)
    url = next ? URL.createObjectURL(next) : ''
    if (url) player.src = url
    else player.removeAttribute('src')
    hide(player, !url)
    hide(remove, !url)
    tell(next && next.size > data.limit ? say('soundTooLarge') : '')
    changed()
  }

  async function toggle(): Promise<void> {
    if (recording) return recording.stop()
    tell('')
    try {
      recording = await record(
        { sampleRate, seconds: maxSeconds },
        (seconds) => {
          microphone.textContent = say('stopRecording', { seconds })
        },
        (recorded) => {
          recording = null
          microphone.textContent = say('useMicrophone')
          if (recorded instanceof Error) tell(recorded.message)
          else give(recorded)
        },
      )
    } catch (error) {
      tell((error as Error).message)
    }
  }

  return {
    element: drop,
    read: () => sound,
    seen: () => (sound ? asData(sound) : null),
    fault: () => (required && !sound ? say('missing') : null),
    put(value) {
      if (typeof value === 'string' && value.startsWith('data:audio/'))
        void fetch(value).then(
          async (answer) => give(await answer.blob()),
          () => {},
        )
    },
  }
}

/** A copy as a data URL, which still works after the visitor removes the sound. */
function asData(sound: Blob): Promise<string | null> {
  return new Promise((done) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result))
    reader.onerror = () => done(null)
    reader.readAsDataURL(sound)
  })
}
