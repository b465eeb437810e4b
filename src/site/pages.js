// Makes the pages of the site in src/site/pages from the Markdown of the project, which stays as it is. A file or folder
// that a page links to and that is no Markdown, such as a route file, becomes a page that shows it.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))
const pages = join(root, 'src/site/pages')

/** A link or picture within the project: text, file and anchor. */
const LINK = /\]\((?![a-z]+:|#)([^)#\s]+)(#[^)]*)?\)/g

const read = (path) => readFileSync(join(root, path), 'utf8')
const isFolder = (path) => statSync(join(root, path)).isDirectory()

function list(folder) {
  return readdirSync(join(root, folder))
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .map((name) => posix.join(folder, name))
}

const markdownIn = (folder) =>
  existsSync(join(root, folder))
    ? list(folder).flatMap((path) => (isFolder(path) ? markdownIn(path) : path.endsWith('.md') ? [path] : []))
    : []

const title = (path) => /^# (.*)$/m.exec(read(path))?.[1].replaceAll('`', '') ?? path

/** Where the page of a file lies among the pages. */
function pageOf(path) {
  if (path === 'README.md') return 'index.md'
  if (isFolder(path)) return posix.join(path, 'index.md')
  if (basename(path) === 'README.md') return posix.join(dirname(path), 'index.md')
  return path.endsWith('.md') ? path : path + '.md'
}

function contentOf(path) {
  if (path.endsWith('.md')) return read(path)
  if (!isFolder(path)) return `# ${basename(path)}\n\n\`${path}\`\n\n~~~~~${posix.extname(path).slice(1)}\n${read(path)}\n~~~~~\n`
  return `# ${path}\n\n${list(path)
    .map((entry) => `- [${entry.endsWith('.md') ? title(entry) : basename(entry)}](${basename(entry)})`)
    .join('\n')}\n`
}

function write(path, open) {
  const page = pageOf(path)
  const text = contentOf(path).replace(LINK, (link, file, anchor = '') => {
    const folder = isFolder(path) ? path : dirname(path)
    const target = posix.normalize(posix.join(folder, file)).replace(/\/$/, '')
    if (!existsSync(join(root, target))) throw new Error(`${path}: ${link} leads nowhere`)
    if (/\.(png|svg)$/.test(target)) {
      cpSync(join(root, target), join(pages, target))
      return link
    }
    open.push(target)
    return `](/${pageOf(target)}${anchor})`
  })
  mkdirSync(dirname(join(pages, page)), { recursive: true })
  writeFileSync(join(pages, page), text)
}

rmSync(pages, { recursive: true, force: true })
const markdown = [...list('.').filter((path) => path.endsWith('.md')), ...markdownIn('docs'), ...markdownIn('examples')]
const written = new Set()
const open = [...markdown]
while (open.length > 0) {
  const path = open.pop()
  // A folder with a README is the page of that.
  if (written.has(pageOf(path)) || (isFolder(path) && existsSync(join(root, path, 'README.md')))) continue
  written.add(pageOf(path))
  write(path, open)
}

const item = (path, text) => ({ text: text[0].toUpperCase() + text.slice(1), link: '/' + pageOf(path).replace(/(index)?\.md$/, '') })

/** The README's table of pages, row by row, then every other page. */
export function sidebar() {
  const listed = new Set(['README.md'])
  const groups = [...read('README.md').matchAll(/^\| \*\*(.+?)\*\* \| (.*) \|$/gm)].map(([, name, cell]) => ({
    text: name,
    items: [...cell.matchAll(/\[([^\]]*)\]\(([^)#]*\.md)\)/g)].map(([, text, file]) => (listed.add(file), item(file, text))),
  }))
  const others = (folder) => markdown.filter((path) => path.startsWith(folder) && !listed.has(path))
  const group = (text, paths) => {
    const items = paths.map((path) => (listed.add(path), item(path, title(path))))
    return items.length > 0 ? [{ text, collapsed: true, items }] : []
  }
  return [
    { text: 'Vitalroutes', link: '/' },
    ...groups.filter(({ items }) => items.length > 0),
    ...group('examples', others('examples/')),
    ...group('decisions', others('docs/decisions/')),
    ...group('more', others('')),
  ]
}
