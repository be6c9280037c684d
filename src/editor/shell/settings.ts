import { say } from './words'

/** The user's settings for the editor, which Node-RED stores with its other user settings. */
export interface EditorSettings {
  /** What happens when a drawn wire doesn't fit. */
  wrongWires: 'warn' | 'refuse'
  /** Whether nodes show their last output. */
  previews: boolean
}

const defaults: EditorSettings = { wrongWires: 'warn', previews: true }

let settings: EditorSettings | undefined

export function readSettings(): EditorSettings {
  settings ??= { ...defaults, ...(RED.settings.get('daisychain', {}) as Partial<EditorSettings>) }
  return settings
}

/** Adds the page "Daisychain" to the user settings. */
export function addSettingsPage(changed: () => void): void {
  const save = (change: Partial<EditorSettings>) => {
    settings = { ...readSettings(), ...change }
    RED.settings.set('daisychain', settings)
    changed()
  }
  RED.userSettings.add({
    id: 'daisychain',
    title: 'Daisychain',
    get: () => {
      const { wrongWires, previews } = readSettings()
      const page = document.createElement('div')
      // The editor shows the page by this id.
      page.id = 'red-ui-settings-tab-daisychain'
      page.className = 'daisychain-settings'
      page.append(
        heading(say('wrongWires')),
        choice('radio', say('wrongWiresWarn'), wrongWires === 'warn', () => save({ wrongWires: 'warn' })),
        choice('radio', say('wrongWiresRefuse'), wrongWires === 'refuse', () => save({ wrongWires: 'refuse' })),
        heading(say('nodes')),
        choice('checkbox', say('showPreviews'), previews, (on) => save({ previews: on })),
      )
      return $(page)
    },
  })
}

function heading(text: string): HTMLElement {
  const element = document.createElement('h3')
  element.textContent = text
  return element
}

function choice(
  type: 'radio' | 'checkbox',
  text: string,
  checked: boolean,
  change: (on: boolean) => void,
): HTMLElement {
  const label = document.createElement('label')
  const input = document.createElement('input')
  Object.assign(input, { type, checked, name: `daisychain-${type}` })
  input.addEventListener('change', () => change(input.checked))
  label.append(input, text)
  return label
}
