import type { Random } from './random'

/**
 * Text that takes long to process, that means something else as code or markup, or that breaks code which
 * doesn't expect it.
 */
export const texts: Record<string, (random: Random) => unknown> = {
  'text of 15 MB': () => 'all work and no play '.repeat(750_000),
  'text under its limit': () => 'a fox, "quoted"; über 東京 '.repeat(36_000),
  'a word of 900 kB': () => 'ab'.repeat(450_000),
  'a million emoji': () => '👩‍👩‍👧‍👦'.repeat(90_000),
  'marks on one letter': () => `e${'\u0301'.repeat(400_000)}`,
  'halves of characters': ({ whole }) =>
    String.fromCharCode(...Array.from({ length: 5000 }, () => 0xd800 + whole(2047))),
  'control characters': ({ whole }) => String.fromCharCode(...Array.from({ length: 5000 }, () => whole(31))),
  'a path to something other than a file': ({ pick }) =>
    pick(['/dev/zero', '/dev/random', '/proc/self/mem', '/proc/self/fd/0', '/', '', '.', '/etc/passwd\0.png', 'con']),
  'a file address': ({ pick }) =>
    pick(['file:///dev/zero', 'file://host/share', 'file:///%00', 'http://127.0.0.1:9/x']),
  'a long path': ({ whole }) => `/tmp/${'a/'.repeat(1 + whole(5000))}${'b'.repeat(300)}.png`,
  "a data URI that isn't a picture": ({ pick, bytes }) =>
    `data:image/${pick(['png', 'jpeg', 'gif', 'svg+xml', 'x'])};base64,${bytes(3000).toString('base64')}`,
  'a data URI of 30 MB': () => `data:image/png;base64,${'iVBORw0KGgo'.padEnd(30_000_000, 'A')}`,
  'base64 with other characters between': () => `data:image/png;base64,${'A\n=* '.repeat(2_000_000)}`,
  'a formula': ({ pick }) => pick(['=1+1', '+cmd', '@x', '-2', '\t=1', '"\n","', ',;\r\n']),
  'JSON nested deeply': () => '['.repeat(200_000),
  'names of what all objects have': ({ pick }) => pick(['__proto__', 'constructor', 'toString', 'hasOwnProperty']),
  'a number as text': ({ pick }) => pick(['1e999', '-0', '0x10', 'NaN', '١٢', '1_000', ' 7 ']),
}
