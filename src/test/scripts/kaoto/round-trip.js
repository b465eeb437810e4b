// Opens every route file with Kaoto's own model, draws it and saves it again. Ends with 1 when the saved file holds anything
// else than the file did: another step, option, order or type of a value, or a sentence that is lost.
//   npm run check [-- FOLDER]    FOLDER: where the saved files go, target/kaoto by default
import { build } from 'esbuild'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../../../..')
const out = resolve(process.argv[2] ?? join(root, 'target/kaoto'))
const kaoto = join(here, 'node_modules/@kaoto/kaoto/lib')
const catalog = join(kaoto, 'camel-catalog/camel-main/4.14.0')

/** Kaoto's model is made for a bundler and refers to its components; those that draw in a browser are left out. */
async function model() {
  const file = join(root, 'target/kaoto-model.cjs')
  await build({
    stdin: {
      contents: `export { CamelResourceFactory } from './models/camel/camel-resource-factory'
        export { CamelCatalogService } from './models/visualization/flows/camel-catalog.service'`,
      resolveDir: join(kaoto, 'esm'),
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: file,
    logLevel: 'error',
    loader: Object.fromEntries(['.svg', '.png', '.scss', '.css'].map((extension) => [extension, 'empty'])),
    plugins: [
      {
        name: 'without-components',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^(react|react-dom|@patternfly|monaco)/ }, ({ path }) => ({ path, namespace: 'none' }))
          onLoad({ filter: /.*/, namespace: 'none' }, () => ({
            contents: `const none = new Proxy(function () {}, {
              get: (_, name) => (name === '__esModule' ? true : typeof name === 'symbol' ? undefined : none),
              getPrototypeOf: () => none,
              apply: () => none,
              construct: () => none,
            })
            module.exports = none`,
          }))
        },
      },
    ],
  })
  // What it takes from a browser: a parser of XML, which is not used here, and random numbers.
  Object.assign(globalThis, { DOMParser: class {}, window: globalThis })
  return createRequire(import.meta.url)(file)
}

const { CamelResourceFactory, CamelCatalogService } = await model()
const index = JSON.parse(readFileSync(join(catalog, readdirSync(catalog).find((name) => name.startsWith('index-')))))
const KINDS = { components: 'component', models: 'processor', patterns: 'pattern', entities: 'entity', languages: 'language', dataformats: 'dataformat' }
for (const [name, kind] of Object.entries(KINDS)) {
  CamelCatalogService.setCatalogKey(kind, JSON.parse(readFileSync(join(catalog, index.catalogs[name].file))))
}

const lines = (text) => text.split('\n')
const isComment = (line) => /^\s*#/.test(line)
const nodes = (node) => 1 + (node.getChildren() ?? []).reduce((sum, child) => sum + nodes(child), 0)
const notes = (tree) =>
  tree === null || typeof tree !== 'object'
    ? 0
    : Object.entries(tree).reduce((sum, [name, value]) => sum + (name === 'note' && typeof value === 'string' ? 1 : notes(value)), 0)

mkdirSync(out, { recursive: true })
let routes = 0
let drawn = 0
let sentences = 0
const problems = []
const folder = join(root, 'routes')
const files = readdirSync(folder).filter((name) => name.endsWith('.camel.yaml'))
for (const name of files) {
  const text = readFileSync(join(folder, name), 'utf8')
  const resource = CamelResourceFactory.createCamelResource(text, { path: name })
  const entities = resource.getVisualEntities()
  routes += entities.filter(({ type }) => type === 'route').length
  for (const entity of entities) drawn += nodes(await entity.toVizNode())
  // It gives the configuration of routes that name none an id, and the rules refuse the file until that is removed.
  const saved = resource.toString().replace(/^ +id: routeConfiguration-\d+\n/gm, () => (console.log(`${name}: remove the id that was given to a routeConfiguration`), ''))
  writeFileSync(join(out, name), saved)

  // Camel reads YAML 1.1, where on and yes are no strings.
  for (const version of ['1.1', '1.2']) {
    if (!isDeepStrictEqual(parse(saved, { version }), parse(text, { version }))) problems.push(`${name}: other content than before, read as YAML ${version}`)
  }
  const comments = lines(text).filter(isComment)
  const lost = comments.filter((comment) => !lines(saved).includes(comment.trimEnd()))
  lost.forEach((comment) => problems.push(`${name}: lost ${comment.trim()}`))
  sentences += comments.length + notes(parse(text))
}
console.log(`${files.length} files, ${routes} routes, ${drawn} nodes drawn, ${sentences} comments and notes; saved in ${out}`)
problems.forEach((problem) => console.error(problem))
process.exit(problems.length > 0 ? 1 : 0)
