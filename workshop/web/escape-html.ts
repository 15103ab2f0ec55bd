const names: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML, in an element or between quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => names[char] ?? char)
}

/** A value as JSON that can stand in a script element. @param toPlain see `JSON.stringify` */
export function jsonInScript(
  value: unknown,
  toPlain?: (key: string, value: unknown) => unknown,
): string {
  return JSON.stringify(value, toPlain).replaceAll('<', String.raw`\u003c`)
}
