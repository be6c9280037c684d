import type { Provenance } from './record'

/** The namespace of our part of the metadata. */
const NAMESPACE = 'https://daisychain.dev/ns/provenance/1/'
/** IPTC's vocabulary for how pictures are made. */
const SOURCE_TYPES = 'http://cv.iptc.org/newscodes/digitalsourcetype'

/** Types of nodes that generate values rather than bring in something from outside. */
const INNER = new Set(['inject', 'daisychain-latent', 'link in', 'junction'])

/**
 * `trainedAlgorithmicMedia`: made by models alone. The other types contain something from outside, or use no
 * model.
 */
export function digitalSourceType({ models, flow }: Provenance): string {
  const receivers = new Set(flow.flatMap(({ wires }) => (wires as string[][] | undefined)?.flat() ?? []))
  const starts = flow.filter(({ id, type, z }) => !receivers.has(id) && type !== 'subflow' && z === undefined)
  const isInner = flow.length > 0 && starts.every(({ type }) => INNER.has(type))
  if (models.length > 0) return isInner ? 'trainedAlgorithmicMedia' : 'compositeWithTrainedAlgorithmicMedia'
  return isInner ? 'algorithmicMedia' : 'algorithmicallyEnhanced'
}

/** An XMP packet for PNG, JPEG and WebP. */
export function toXmp(record: Provenance): string {
  const licences = [...new Set(record.models.map(({ label, licence }) => `${label}: ${licence}`))].join('; ')
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"',
    ` xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:daisychain="${NAMESPACE}">`,
    `<xmp:CreatorTool>Daisychain ${escaped(record.daisychain)}</xmp:CreatorTool>`,
    `<Iptc4xmpExt:DigitalSourceType>${SOURCE_TYPES}/${digitalSourceType(record)}</Iptc4xmpExt:DigitalSourceType>`,
    licences &&
      `<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">${escaped(licences)}</rdf:li></rdf:Alt></xmpRights:UsageTerms>`,
    `${OPEN}${escaped(JSON.stringify(record))}${CLOSE}`,
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
  ].join('')
}

const OPEN = '<daisychain:Chain>'
const CLOSE = '</daisychain:Chain>'

/** The JSON written by `toXmp`; null if there is none. */
export function chainIn(xmp: string): string | null {
  const start = xmp.indexOf(OPEN)
  const end = start < 0 ? -1 : xmp.indexOf(CLOSE, start)
  return end < 0 ? null : unescaped(xmp.slice(start + OPEN.length, end))
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  // XML doesn't allow control characters. JSON escapes them anyway, but model names may contain them.
  return [...text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? '')].filter((sign) => sign >= ' ').join('')
}

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos|#39|#x27);/g, (entity) => {
    if (entity === '&apos;' || entity === '&#x27;') return "'"
    return Object.keys(ENTITIES).find((sign) => ENTITIES[sign] === entity) ?? entity
  })
}
