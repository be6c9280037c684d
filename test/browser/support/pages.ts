import type { Opener } from './borrow'
import { Editor, type EditorOptions } from './editor'
import type { Server } from './server'

/**
 * The one editor page that all tests of a process share: opened once, then given other flows, and another
 * size or theme, for each test.
 */
export interface Pages {
  /** Deploys these flows and shows the editor on them, as if it had just been opened. */
  open(flows: unknown[], options?: EditorOptions): Promise<Editor>
  /**
   * To be called after each test. If the test failed, takes a screenshot of the page and doesn't use it
   * again.
   */
  leave(test: { state?: string; fullTitle(): string } | undefined): Promise<void>
}

/** @param isAlwaysNew loads the page anew for each test, for tests of what the page remembers */
export function createPages(browser: Opener, server: Server, version: string, isAlwaysNew = false): Pages {
  let editor: Editor | undefined
  let opened = ''
  const close = async () => {
    const last = editor
    editor = undefined
    await last?.close()
  }
  return {
    open: async (flows, options = {}) => {
      const { scale, touch, locale } = options
      const wanted = JSON.stringify({ scale, touch, locale })
      const deploy = async (given: unknown[]) => {
        await server.setFlows(given)
        await server.resetSettings()
      }
      if (editor && wanted === opened) await editor.renew(flows, deploy, options, isAlwaysNew)
      else {
        await close()
        await deploy(flows)
        opened = wanted
        editor = await Editor.open(browser, server.url, version, options)
      }
      return editor
    },
    leave: async (test) => {
      if (test?.state !== 'failed') return
      await editor?.picturePage(`failed ${test.fullTitle()}`).catch(() => {})
      await close()
    },
  }
}
