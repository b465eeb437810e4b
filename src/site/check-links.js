// Ends with 1 when a link, picture or anchor of the built pages leads nowhere within the site, or leaves it for a file.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const html = fileURLToPath(new URL('../../target/site/html/', import.meta.url))
const base = process.env.SITE_BASE ?? '/'
const pages = readdirSync(html, { recursive: true }).filter((path) => path.endsWith('.html') && path !== '404.html')
const content = new Map(pages.map((path) => [path, readFileSync(join(html, path), 'utf8')]))
const anchors = new Map([...content].map(([path, text]) => [path, new Set([...text.matchAll(/ id="([^"]*)"/g)].map((id) => id[1]))]))

let links = 0
const broken = []
for (const [path, text] of content) {
  for (const [, url] of text.matchAll(/<(?:a|img)\b[^>]* (?:href|src)="([^"]*)"/g)) {
    if (/^([a-z]+:|\/\/)/.test(url)) continue
    links++
    const { pathname, hash } = new URL(url, `http://site${base}${path}`)
    let file = decodeURIComponent(pathname).slice(base.length)
    if (file === '' || file.endsWith('/')) file += 'index.html'
    if (!existsSync(join(html, file)) && existsSync(join(html, file + '.html'))) file += '.html'
    if (!existsSync(join(html, file))) broken.push(`${path}: ${url}`)
    else if (hash && anchors.has(file) && !anchors.get(file).has(decodeURIComponent(hash.slice(1)))) broken.push(`${path}: ${url}, no such heading`)
  }
}
console.log(`${pages.length} pages, ${links} links within the site, ${broken.length} broken`)
broken.forEach((link) => console.error(link))
process.exit(broken.length > 0 ? 1 : 0)
