import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/**
 * The bundles written by the build: `page` is the page, `show` the full screen, and `compiled` the page of a
 * compiled chain.
 */
export type PageName = 'page' | 'show' | 'compiled'

interface Bundle {
  script: string
  style: string
  /** A header that allows only these to run, and nothing to be loaded from elsewhere. */
  policy: string
}

const bundles = new Map<PageName, Bundle>()

function bundleOf(name: PageName): Bundle {
  const known = bundles.get(name)
  if (known) return known
  const read = (ending: string) => readFileSync(join(__dirname, '../../page', `${name}.${ending}`), 'utf8')
  // A closing tag in text would end the element, so it is escaped. Styles from the build contain none.
  const [script, style] = [read('js').replace(/<\/(?=script)/gi, '<\\/'), read('css')]
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "img-src 'self' data: blob:",
    'media-src data: blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')
  const bundle = { script, style, policy }
  bundles.set(name, bundle)
  return bundle
}

export interface Document {
  html: string
  headers: Record<string, string>
}

/** A complete page in one response. @param data the data for the page's code */
export function pageDocument(name: PageName, language: string, title: string, data: object): Document {
  const { script, style, policy } = bundleOf(name)
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="dark light">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<script type="application/json" id="data">${JSON.stringify(data).replace(/</g, '\\u003c')}</script>
<script type="module">${script}</script>
</body>
</html>
`
  return {
    html,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Referrer-Policy': 'no-referrer',
      'Permissions-Policy': 'camera=(self), microphone=(self), screen-wake-lock=(self), geolocation=()',
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
}

/** Compressed as the browser requests. Other responses aren't, because Runway's clients can't read that. */
export function compressed(html: string, accepted = ''): { body: Buffer; headers: Record<string, string> } {
  const bytes = Buffer.from(html)
  if (/\bbr\b/.test(accepted)) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 4 }
    return { body: brotliCompressSync(bytes, { params }), headers: { 'Content-Encoding': 'br' } }
  }
  if (/\bgzip\b/.test(accepted)) return { body: gzipSync(bytes), headers: { 'Content-Encoding': 'gzip' } }
  return { body: bytes, headers: {} }
}

/** The page's languages. */
export const LANGUAGES = ['en', 'de', 'ja']

/** The browser's preferred language among those of the page. */
export function languageOf(header = ''): string {
  const wanted = header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...more] = part.trim().toLowerCase().split(';')
      const quality = Number(/q=([\d.]+)/.exec(more.join(';'))?.[1] ?? 1)
      return { language: tag.split('-')[0] ?? '', quality: Number.isFinite(quality) ? quality : 0 }
    })
    .sort((a, b) => b.quality - a.quality)
  return wanted.find(({ language, quality }) => quality > 0 && LANGUAGES.includes(language))?.language ?? 'en'
}

/** Whether a browser requests a page to display. Programs that accept anything get JSON. */
export function wantsPage(accept = ''): boolean {
  const qualityOf = (type: string) => {
    const part = accept.split(',').find((one) => one.trim().toLowerCase().startsWith(type))
    return part === undefined ? 0 : Number(/;\s*q=([\d.]+)/.exec(part)?.[1] ?? 1)
  }
  return qualityOf('text/html') > qualityOf('application/json')
}
