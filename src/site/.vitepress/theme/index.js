import DefaultTheme from 'vitepress/theme'
import { h, onMounted, ref } from 'vue'

/** Draws a Mermaid diagram in the browser; without scripts its text is shown. */
const Mermaid = {
  props: ['drawing'],
  setup(props) {
    const text = decodeURIComponent(props.drawing)
    const drawn = ref('')
    onMounted(async () => {
      const { default: mermaid } = await import('mermaid')
      const dark = document.documentElement.classList.contains('dark')
      mermaid.initialize({ startOnLoad: false, theme: dark ? 'dark' : 'neutral' })
      const { svg } = await mermaid.render('drawing-' + Math.random().toString(36).slice(2), text)
      drawn.value = svg
    })
    return () => (drawn.value ? h('div', { innerHTML: drawn.value }) : h('pre', text))
  },
}

export default { extends: DefaultTheme, enhanceApp: ({ app }) => app.component('Mermaid', Mermaid) }
