import { sentenceOfRefusal } from './refusal'
import { say } from './words'

const path = 'daisychain/runtime'

/** Says so where ONNX Runtime is missing, and offers to install it. */
export async function offerRuntime(): Promise<void> {
  const { installed, wasm } = (await $.getJSON(path)) as { installed: boolean; wasm?: boolean }
  if (installed) return
  const notice = RED.notify(say(wasm ? 'runtimeUnloadable' : 'runtimeMissing'), {
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
          void install()
        },
      },
    ],
  })
}

async function install(): Promise<void> {
  const notice = RED.notify(say('runtimeInstalling'), {
    fixed: true,
    id: 'daisychain-runtime-installing',
  })
  try {
    await $.ajax({ url: path, method: 'POST' })
    RED.notify(say('runtimeInstalled'), { type: 'success', timeout: 8000 })
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
