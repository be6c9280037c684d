import type { Browser } from 'playwright-core'
import { Editor, type EditorOptions } from './editor'
import type { Server } from './server'

/** The editor's page of all tests of a process: opened once, loaded anew for each file, given other flows for each test. */
export interface Pages {
  /** Deploys these flows and shows the editor on them, as if it had just been opened. */
  open(flows: unknown[], options?: EditorOptions): Promise<Editor>
  /** After each test: a page in which one has failed is pictured, and not used again. */
  leave(test: { state?: string; fullTitle(): string } | undefined): Promise<void>
  /** After each file. */
  endFile(): void
}

export function createPages(browser: Browser, server: Server, version: string): Pages {
  let editor: Editor | undefined
  let opened = ''
  let isNewFile = false
  const close = async () => {
    const last = editor
    editor = undefined
    await last?.close()
  }
  return {
    open: async (flows, options = {}) => {
      const wanted = JSON.stringify(options)
      const deploy = async () => {
        await server.setFlows(flows)
        await server.resetSettings()
      }
      if (editor && wanted === opened) await editor.renew(flows, deploy, isNewFile)
      else {
        await close()
        await deploy()
        opened = wanted
        editor = await Editor.open(browser, server.url, version, options)
      }
      isNewFile = false
      return editor
    },
    leave: async (test) => {
      if (test?.state !== 'failed') return
      await editor?.picturePage(`failed ${test.fullTitle()}`).catch(() => {})
      await close()
    },
    endFile: () => {
      isNewFile = true
    },
  }
}
