import type { Opener } from './borrow'
import { Editor, type EditorOptions } from './editor'
import type { Server } from './server'

/**
 * The editor's page of all tests of a process: opened once, given other flows, and another size or theme, for
 * each test.
 */
export interface Pages {
  /** Deploys these flows and shows the editor on them, as if it had just been opened. */
  open(flows: unknown[], options?: EditorOptions): Promise<Editor>
  /** After each test: a page in which one has failed is pictured, and not used again. */
  leave(test: { state?: string; fullTitle(): string } | undefined): Promise<void>
}

/** @param isAlwaysNew the page is loaded for each test, as what it remembers is a part of what they try */
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
