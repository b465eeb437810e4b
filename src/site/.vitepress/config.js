import { defineConfig } from 'vitepress'
import { join } from 'node:path'
import { root, sidebar } from '../pages.js'

export default defineConfig({
  title: 'Vitalroutes',
  description: 'Carries Withings health data into a FHIR server, as Apache Camel routes that you can read and edit',
  lang: 'en',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  base: process.env.SITE_BASE ?? '/',
  srcDir: 'pages',
  outDir: join(root, 'target/site/html'),
  cacheDir: join(root, 'target/site/cache'),
  ignoreDeadLinks: 'localhostLinks',
  themeConfig: {
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
  },
  markdown: {
    languageAlias: { env: 'ini', example: 'ini', prom: 'txt' },
    // A heading's anchor as forges derive it, so that one link works in both.
    anchor: { slugify: (heading) => heading.toLowerCase().trim().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-') },
    config(md) {
      const fence = md.renderer.rules.fence
      md.renderer.rules.fence = (tokens, at, ...others) =>
        tokens[at].info.trim() === 'mermaid'
          ? `<Mermaid drawing="${encodeURIComponent(tokens[at].content)}" />`
          : fence(tokens, at, ...others)
    },
  },
})
