import { sentenceOfRefusal } from './refusal'
import { type Key, say } from './words'

const path = 'daisychain/runtime'

/** The server's answer. */
interface Told {
  installed: boolean
  wasm?: boolean
  pictures?: boolean
}

/** Reports that ONNX Runtime, or the library that reads pictures, is missing, and offers to install it. */
export async function offerRuntime(): Promise<void> {
  const told = (await $.getJSON(path)) as Told
  if (told.installed) return
  const notice = RED.notify(say(whatIsMissing(told)), {
    type: 'warning',
    fixed: true,
    id: 'daisychain-runtime',
    buttons: [
      { text: say('later'), click: () => notice.close() },
      {
        text: say('installRuntime'),
        class: 'primary',
        click: () => {
          notice.close()
          void install(told.pictures ? 'sharp' : 'ONNX Runtime')
        },
      },
    ],
  })
}

function whatIsMissing({ wasm, pictures }: Told): Key {
  if (pictures) return 'picturesUnloadable'
  return wasm ? 'runtimeUnloadable' : 'runtimeMissing'
}

async function install(what: string): Promise<void> {
  const notice = RED.notify(say('runtimeInstalling', { what }), {
    fixed: true,
    id: 'daisychain-runtime-installing',
  })
  try {
    await $.ajax({ url: path, method: 'POST' })
    RED.notify(say('runtimeInstalled', { what }), { type: 'success', timeout: 8000 })
  } catch (failed) {
    complain(sentenceOfRefusal(failed))
  } finally {
    notice.close()
  }
}

function complain(sentence: string): void {
  const content = document.createElement('p')
  content.textContent = sentence
  const notice = RED.notify(content, {
    type: 'error',
    fixed: true,
    buttons: [{ text: say('close'), click: () => notice.close() }],
  })
}
