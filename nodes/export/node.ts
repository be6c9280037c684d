import { choice, defineNode, flag, maybeNumber, name, number, property, type Titled, text } from '../../src/settings'
import { MOVING, PICTURES, SOUNDS, TABLES, TELLING } from './formats'

/** Writes pictures, sounds, tables, animations and videos. */
export const node = defineNode({
  type: 'daisychain-export',
  label: 'export',
  color: '#e9c3c0',
  icon: 'daisychain-export.svg',
  align: 'right',
  title: ({ format }: Titled) => `export ${format || 'png'}`,
  settings: {
    name: name(),
    format: choice([...PICTURES, ...SOUNDS, ...TABLES, ...MOVING], { icon: 'file-o', called: 'the format' }),
    property: property('payload', { icon: 'ellipsis-h' }),
    folder: text('', { icon: 'folder-open', hint: 'folderHint' }),
    file: text('', { icon: 'pencil' }),
    existing: choice(['number', 'overwrite', 'refuse'], {
      icon: 'files-o',
      called: 'what happens if the file exists',
    }),
    quality: number(90, {
      ...{ icon: 'star-o', sign: '%', width: '80px', called: 'the quality', min: 1, max: 100 },
      when: { format: ['jpeg', 'webp', 'animated-webp', 'mp4', 'webm'] },
    }),
    frameRate: number(12, {
      ...{ icon: 'film', unit: 'framesPerSecond', width: '80px', called: 'the frame rate' },
      ...{ min: 0.1, max: 50, when: { format: MOVING } },
    }),
    provenance: flag(false, { when: { format: [...TELLING] } }),
    column: text('result', { icon: 'columns', when: { format: TABLES } }),
    raw: flag(false, { when: { format: 'csv' } }),
    limit: maybeNumber({
      ...{ icon: 'scissors', hint: 'atEnd', unit: 'limitUnit', width: '100px', called: 'the number of messages' },
      ...{ min: 1, max: 1e9, when: { format: [...TABLES, ...MOVING] } },
    }),
  },
  inputs: 1,
  outputs: ['written files'],
  dialog: ['export', [...PICTURES, ...SOUNDS].join(' ')],
  ports: {
    inputs: {
      $property: { type: { type: 'image' }, help: 'The picture to write.' },
      filename: { type: { type: 'text' }, required: false, help: "The picture's name." },
      complete: { type: { type: 'any' }, required: false, help: 'Finishes the file.' },
    },
    outputs: [{ payload: { type: 'file' }, filename: { type: 'text' } }],
    passes: true,
    cases: [
      {
        when: { format: [...SOUNDS] },
        inputs: { $property: { type: { type: 'audio' }, help: 'The sound to write.' } },
      },
      {
        when: { format: [...TABLES] },
        inputs: { $property: { type: { type: 'any' }, help: 'The values of a row.' } },
        outputs: [{ count: { type: 'number', min: 1 } }],
      },
      { when: { format: [...MOVING] }, outputs: [{ count: { type: 'number', min: 1 } }] },
    ],
  },
  help: {
    summary: 'Writes files: pictures or sounds into a folder, rows into a table, frames into an animation or a video.',
    inputs: {
      payload: {
        type: 'image | label map | sound | any',
        text: 'A picture or a sound, or for tables anything: the fields of an object become columns, other values go into <b>Column</b>.',
      },
      'filename, relative': {
        type: 'string',
        text: `The picture's name: used for its file, and in the first column of a table. With <code>msg.relative</code>, as an
    <i>images</i> node sends it, the subfolders are recreated.`,
      },
      parts: { type: 'object', text: 'Which messages belong together, their order, and how many there are.' },
      complete: {
        type: 'boolean',
        text: `Finishes the file; such a message writes nothing itself. Wire the second output of an <i>images</i> node here
    too, so the file is finished even if some pictures failed on the way.`,
      },
    },
    outputs: [
      {
        'payload, filename': { type: 'string', text: 'The path of each finished file.' },
        count: 'How many rows or frames it has.',
      },
    ],
  },
})
