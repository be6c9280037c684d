import type { Browser } from 'playwright-core'
import { Editor, type EditorOptions } from './editor'
import type { Server } from './server'

/** The editor's page of a file's tests: opened once, and given other flows for each test. */
export interface Pages {
  /** Deploys these flows and shows the editor on them, as if it had just been opened. */
  open(flows: unknown[], options?: EditorOptions): Promise<Editor>
  /** After each test: a page in which one has failed is pictured, and not used again. */
  leave(test: { state?: string; fullTitle(): string } | undefined): Promise<void>
  close(): Promise<void>
}

export function createPages(browser: Browser, server: Server, version: string): Pages {
  let editor: Editor | undefined
  let opened = ''
  const close = async () => {
    const last = editor
    editor = undefined
    await last?.close()
  }
  return {
    open: async (flows, options = {}) => {
      await server.resetSettings()
      const wanted = JSON.stringify(options)
      const deploy = () => server.setFlows(flows)
      if (editor && wanted === opened) {
        await editor.renew(flows, deploy)
        return editor
      }
      await close()
      await deploy()
      opened = wanted
      editor = await Editor.open(browser, server.url, version, options)
      return editor
    },
    leave: async (test) => {
      if (test?.state !== 'failed') return
      await editor?.screenshot(`failed ${test.fullTitle()}`).catch(() => {})
      await close()
    },
    close,
  }
}
