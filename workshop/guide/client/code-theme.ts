import { HighlightStyle } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

// The colors are the page's own (workshop/web/style), so they follow light and dark.

/** As in the comparison with the solution. */
export const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.typeName, tags.className], fontWeight: '700' },
  { tag: [tags.string, tags.regexp, tags.number, tags.bool], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
])

const box = {
  border: '1px solid var(--edge)',
  borderRadius: '8px',
  backgroundColor: 'var(--sheet)',
  color: 'var(--ink)',
}

/** The editor in the page's colors. */
export const theme = EditorView.theme({
  '&': { backgroundColor: 'var(--sheet)', color: 'var(--ink)', fontSize: '0.84rem' },
  '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '0' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--sheet)', color: 'var(--quiet)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-activeLineGutter': { color: 'var(--ink)', fontWeight: '700' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent)' },
  '.cm-selectionMatch, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--accent-wash)',
  },
  '.cm-searchMatch': {
    backgroundColor: 'var(--accent-wash)',
    outline: '1px solid var(--edge)',
  },
  '.cm-foldPlaceholder': { ...box, padding: '0 0.3rem' },
  '.cm-todo': {
    backgroundColor: 'color-mix(in srgb, #f2c94c 22%, transparent)',
    boxShadow: 'inset 4px 0 var(--passing)',
  },
  '.cm-todo *': { color: 'var(--ink)' },
  '.cm-blamed': { backgroundColor: 'var(--warn-wash)', boxShadow: 'inset 4px 0 var(--warn)' },
  '.cm-problem': {
    padding: '0.1rem 1rem 0.35rem',
    color: 'var(--warn)',
    fontFamily: 'var(--sans)',
    fontSize: '0.82rem',
    lineHeight: '1.4',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--warn)',
    textDecorationSkipInk: 'none',
  },
  '.cm-panels': {
    backgroundColor: 'var(--wash)',
    color: 'var(--ink)',
    borderColor: 'var(--line)',
  },
  '.cm-panel.cm-search': { fontSize: '0.85rem' },
  '.cm-textfield, .cm-button': { ...box, backgroundImage: 'none' },
  '.cm-tooltip': { ...box, maxWidth: 'min(34rem, 90vw)', overflow: 'auto' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '14rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--accent-ink)',
  },
  '.cm-tooltip-hover': { maxHeight: '16rem', fontSize: '0.82rem' },
  '.cm-tooltip :is(p, pre, code)': { fontSize: '0.82rem', whiteSpace: 'pre-wrap' },
  '.cm-tooltip.cm-lsp-signature-tooltip :is(.cm-lsp-documentation, .cm-lsp-signature-num)': {
    fontSize: '0.82rem',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--warn)' },
  '.cm-changedLine': { backgroundColor: 'var(--accent-wash) !important' },
  '.cm-deletedChunk': { backgroundColor: 'var(--warn-wash)' },
  '&.cm-merge-b .cm-changedText': { background: 'none', textDecoration: 'none' },
  '.cm-deletedText, .cm-deletedChunk .cm-deletedText': { background: 'none' },
  '.cm-deletedLine, .cm-deletedLine del': { textDecoration: 'none' },
  '.cm-collapsedLines': {
    background: 'var(--wash)',
    color: 'var(--quiet)',
    fontSize: '0.82rem',
  },
  // Not every font has the sign that CodeMirror puts there.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: 'none' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--accent)' },
  '.cm-deletedLineGutter': { background: 'var(--warn)' },
})
