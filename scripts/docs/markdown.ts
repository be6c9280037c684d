const blocks = new Set(['p', 'h3', 'h4', 'dl', 'dt', 'dd', 'ul', 'ol', 'li', 'pre'])

/** A node's help as Markdown, with the same parts as Node-RED's help. Other HTML stays as it is. */
export function helpAsMarkdown(html: string): string {
  const out: string[] = []
  let inline = ''
  let before = ''
  const flush = (around: (text: string) => string) => {
    const text = spans(inline)
    inline = ''
    if (text) out.push(around(text))
  }
  for (const [token, slash, name = ''] of marked(html).matchAll(/<(\/?)(\w+)[^>]*>|[^<]+/g)) {
    if (!blocks.has(name)) {
      inline += token
      continue
    }
    // Text before a block, such as a port's name before the list of its properties, is a heading.
    if (!slash) flush((text) => (before === 'li' ? `\n### ${text}\n` : text))
    else if (name === 'pre') {
      out.push(`\n\`\`\`\n${decoded(inline)}\n\`\`\`\n`)
      inline = ''
    } else flush(wrappers[name] ?? ((text) => text))
    if (!slash && (name === 'dl' || name === 'ul' || name === 'ol')) out.push('')
    before = slash ? '' : name
  }
  return `${out
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
}

/** Optional properties are marked by a word instead of a style. */
function marked(html: string): string {
  return html.replace(/(<dt class="optional">.*?)(<\/span>)/gs, '$1, optional$2')
}

const wrappers: Record<string, (text: string) => string> = {
  p: (text) => `\n${text}\n`,
  h3: (text) => `\n## ${text}\n`,
  h4: (text) => `\n### ${text}\n`,
  dt: (text) => `- ${text.startsWith('**') ? text : `**${text}**`}:`,
  dd: (text) => `  ${text}`,
  li: (text) => `- ${text}`,
}

function spans(html: string): string {
  return html
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(.*?) ?<span class="property-type">(.*?)<\/span>/, '**$1** ($2)')
    .replace(/<code>(.*?)<\/code>/g, (_, code: string) => `\`${decoded(code)}\``)
    .replace(/<\/?b>/g, '**')
    .replace(/<\/?i>/g, '*')
    .replace(/<a href="([^"]+)"[^>]*>(.*?)<\/a>/g, '[$2]($1)')
    .replace(/&quot;/g, '"')
}

function decoded(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
}
