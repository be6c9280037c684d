import { resolve } from 'node:path'
import type { NodeAPI } from 'node-red'
import { allowedPath, requireInside } from '../../src/files'
import { findFilesBy } from '../../src/images'

/** What Node-RED's settings say about files. */
export interface FileSettings {
  userDir?: string
  /** Where relative paths start. */
  fileWorkingDirectory?: string
  /** Nothing outside this folder is read or written. */
  daisychainRoot?: string
}

let allowed: string | undefined

/** To be called by every node that reads pictures: a message may name a picture by its path. */
export function obeyFileRules({ settings }: Pick<NodeAPI, 'settings'>): void {
  const { fileWorkingDirectory: workingFolder, daisychainRoot: root } = settings as FileSettings
  allowed = root
  findFilesBy((path) => allowedPath(path, { workingFolder, root }))
}

/** For files that settings name, such as a user's own model. @throws ValueError */
export function requireAllowed(path: string): void {
  if (allowed) requireInside(resolve(path), allowed)
}
