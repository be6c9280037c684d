import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { allowedPath, refuseStrangers, writeWhole } from '../../src/files'
import { codec, encodeImage } from '../../src/images'
import { toXmp } from '../../src/provenance'
import { readSettings } from '../../src/settings'
import { encodeSound } from '../../src/sounds'
import { type Audio, blameFlow, readValue } from '../../src/types'
import { onInput } from '../shared/controls'
import { idInFlow } from '../shared/deployed-flow'
import { applyFileSettings } from '../shared/file-rules'
import { provenanceAt } from '../shared/made-by'
import { registerNode } from '../shared/register-node'
import { sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { settingPath } from '../shared/setting-path'
import { filePath, sourceOf } from './file-name'
import { createGroups, type Groups, readPlace, type Written } from './groups'
import { largePicture, type Made } from './large-picture'
import { node as spec } from './node'
import { readFrame } from './read-frame'
import { type Export, isPictureFormat, isSoundFormat, isTelling, readExport } from './settings'

interface Message extends NodeMessage {
  complete?: unknown
  filename?: unknown
  relative?: unknown
  parts?: unknown
}

interface Settings {
  userDir?: string
  fileWorkingDirectory?: string
  daisychainRoot?: string
}

export = (RED: NodeAPI): void => {
  applyFileSettings(RED)
  const { userDir = '.', fileWorkingDirectory, daisychainRoot } = RED.settings as Settings

  const say = sayings(RED)

  registerNode(RED, spec, (node: Node, config: NodeDef) => {
    const { property, folder: chosen, provenance } = readSettings(spec.settings, { ...config }, () => {})
    let number = 0
    let files = 0
    let gathered = 0
    let groups: Groups | null = null

    onInput(node, async (msg: Message, send) => {
      const settings = readExport(config)
      if (settings.collect) await gather(settings, msg, send as (msg: object) => void)
      else if (!isEnd(msg)) send({ ...msg, ...(await save(settings, msg)) } as NodeMessage)
    })

    // If the flow is closed, what has arrived so far is written.
    node.on('close', async (done: () => void) => {
      try {
        await groups?.finish()
      } catch (error) {
        node.error(asSentence(error).message)
      }
      await groups?.dispose()
      node.status({})
      done()
    })

    const contentOf = (msg: Message) => RED.util.getMessageProperty(msg, property) as unknown

    async function gather(settings: Export, msg: Message, send: (msg: object) => void) {
      groups ??= createGroups(
        settings.collect as NonNullable<Export['collect']>,
        settings.limit,
        async (collection, agreed) => {
          const path = await target(settings, null, ++number)
          const xmp = await xmpFor(settings, agreed)
          return writeWhole(path, settings.existing, (temporary) => collection.write(temporary, xmp))
        },
      )
      const place = readPlace(msg.parts)
      const tell = ({ path, count }: Written) => {
        send({ ...msg, payload: path, filename: path, count, parts: undefined, complete: undefined })
        gathered = 0
        show(say('in', { what: count, place: path }))
      }
      if (isEnd(msg)) {
        for (const file of await groups.finish(place.id)) tell(file)
        return
      }
      const file = await groups.add({ source: sourceOf(msg), value: contentOf(msg) }, place, msg)
      if (file) return tell(file)
      gathered++
      show(say('gathered', { number: gathered }), 'ring')
    }

    async function save(settings: Export, msg: Message): Promise<{ payload: string; filename: string }> {
      const { put, remove } = await made(settings, msg)
      try {
        const path = await target(settings, sourceOf(msg), ++number)
        const written = await writeWhole(path, settings.existing, put).catch(blameFlow)
        files++
        const what = say(isSoundFormat(settings.format) ? 'sounds' : 'pictures', { count: files })
        show(say('in', { what, place: await folder() }))
        return { payload: written, filename: written }
      } finally {
        await remove()
      }
    }

    /** Makes the file's content. */
    async function made(settings: Export, msg: Message): Promise<Made> {
      const { format, quality } = settings
      const asFile = (bytes: Uint8Array) => ({ put: (path: string) => writeFile(path, bytes), remove: async () => {} })
      if (isSoundFormat(format)) {
        const sound = await readValue({ type: 'audio' }, contentOf(msg), property, codec)
        return asFile(await encodeSound(sound as Audio, format))
      }
      if (!isPictureFormat(format)) throw new Error('not a picture format')
      const xmp = await xmpFor(settings, msg)
      const large = await largePicture(contentOf(msg), { format, quality, xmp })
      return large ?? asFile(await encodeImage(await readFrame(contentOf(msg)), format, quality, xmp))
    }

    async function xmpFor({ format }: Export, msg: object): Promise<string | undefined> {
      return provenance && isTelling(format) ? toXmp(await provenanceAt(RED, idInFlow(node), msg)) : undefined
    }

    /** The path of the next file, if that name is free. */
    async function target({ file, ending }: Export, source: string | null, number: number): Promise<string> {
      if (source && /[/\\]/.test(source)) refuseStrangers(source)
      const path = filePath(await folder(), file, ending, { source, number, date: new Date() })
      return allowedPath(path, { root: chosen ? daisychainRoot : undefined })
    }

    async function folder(): Promise<string> {
      if (!chosen) return join(userDir, 'daisychain', 'exports')
      const rules = { workingFolder: fileWorkingDirectory, root: daisychainRoot }
      return allowedPath(settingPath(RED, node, chosen), rules).catch(blameFlow)
    }

    const show = (text: string, shape: 'dot' | 'ring' = 'dot') => node.status({ fill: 'green', shape, text })
  })
}

/**
 * The message by which a source of pictures announces that all have been sent. It contains nothing to export.
 */
function isEnd(msg: Message): boolean {
  return msg.complete !== undefined && msg.complete !== false
}
