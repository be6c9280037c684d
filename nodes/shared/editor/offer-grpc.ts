import { button, element } from '../../../src/editor/dom'
import { sentenceOfRefusal } from '../../../src/editor/shell/refusal'
import { say } from '../../../src/editor/shell/words'
import type { Form } from './form'

const path = 'daisychain/grpc'

/**
 * Offers to install the gRPC package, below a setting that needs it, if it isn't installed.
 * @param isWanted whether the setting's value needs gRPC
 */
export function offerGrpc(form: Form, setting: string, isWanted: (value: string) => boolean): void {
  const said = element('div')
  said.setAttribute('role', 'status')
  const install = button(say('installGrpc'), () => void run(), { icon: 'download' })
  const row = form.addRow(setting, {}, element('span', { className: 'daisychain-said' }, said, install))
  row.hidden = true
  let isMissing: Promise<boolean> | undefined

  form.follow([setting], async () => {
    if (!isWanted(form.value(setting).trim())) {
      row.hidden = true
      return
    }
    isMissing ??= ask()
    if (!(await isMissing)) return
    said.textContent = say('grpcMissing')
    row.hidden = !isWanted(form.value(setting).trim())
  })

  async function ask(): Promise<boolean> {
    try {
      return !((await $.getJSON(path)) as { installed: boolean }).installed
    } catch {
      return false
    }
  }

  async function run(): Promise<void> {
    install.disabled = true
    said.textContent = say('grpcInstalling')
    try {
      await $.ajax({ url: path, method: 'POST' })
      said.textContent = say('grpcInstalled')
      install.remove()
      isMissing = Promise.resolve(false)
    } catch (failed) {
      said.textContent = sentenceOfRefusal(failed)
      install.disabled = false
    }
  }
}
