const path = 'daisychain/runtime'

/** Says so where ONNX Runtime is missing, and offers to install it. */
export async function offerRuntime(): Promise<void> {
  const { installed } = (await $.getJSON(path)) as { installed: boolean }
  if (installed) return
  const notice = RED.notify(
    'Models cannot run yet: ONNX Runtime, which runs them, could not be installed together with Daisychain.',
    {
      type: 'warning',
      fixed: true,
      id: 'daisychain-runtime',
      buttons: [
        { text: 'Later', click: () => notice.close() },
        {
          text: 'Install runtime',
          class: 'primary',
          click: () => {
            notice.close()
            void install()
          },
        },
      ],
    },
  )
}

async function install(): Promise<void> {
  const notice = RED.notify('Installing ONNX Runtime. This can take a few minutes…', {
    fixed: true,
    id: 'daisychain-runtime-installing',
  })
  try {
    await $.ajax({ url: path, method: 'POST' })
    RED.notify('ONNX Runtime is installed: models can run now.', { type: 'success', timeout: 8000 })
  } catch (failed) {
    say((failed as { responseJSON?: { error?: string } }).responseJSON?.error ?? 'Node-RED does not answer.')
  } finally {
    notice.close()
  }
}

function say(sentence: string): void {
  const content = document.createElement('p')
  content.textContent = sentence
  const notice = RED.notify(content, {
    type: 'error',
    fixed: true,
    buttons: [{ text: 'Close', click: () => notice.close() }],
  })
}
