/**
 * A node's settings, declared once: their properties, how they are read, and how those of older versions are
 * migrated.
 */
export { inJavaScript } from './bounds'
export { type Migration, migrate, type Stored, versionAfter, versionOf } from './migrate'
export { mistakesInSettings, type VersionedSettings } from './mistakes'
export {
  credentialsOf,
  defineNode,
  type NodeHelp,
  type NodeSpec,
  type PortHelp,
  type Secret,
  type Titled,
} from './node-spec'
export { declarationOfNode } from './ports'
export { isEmpty, readSetting, readSettings, readSettingsAsked } from './read'
export { pictureSettings, runSettings, speechSettings, textSettings } from './run-settings'
export { schemaOf } from './schema'
export {
  type ChoiceSetting,
  type Condition,
  choice,
  color,
  flag,
  maybeNumber,
  type NumberSetting,
  name,
  number,
  preview,
  property,
  type Setting,
  type Settings,
  settingsNode,
  stored,
  text,
  type Value,
  type Values,
} from './setting'
