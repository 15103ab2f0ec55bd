import { expect, test } from 'vitest'
import {
  displayWidth,
  escapeControls,
  pad,
  showControls,
  truncate,
} from '../../workshop/terminal-text.ts'

const ESC = '\u001b'
const BEL = '\u0007'
// Every code unit that could control a terminal, or is not a character.
const dangerous = [
  ...Array.from({ length: 0x20 }, (_, i) => i),
  ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i),
  0x61c,
  0x200b,
  0x200e,
  0x200f,
  0x2028,
  0x2029,
  0x202a,
  0x202e,
  0x2066,
  0x2069,
  0xfeff,
  0xd800,
  0xdc80,
  0xdfff,
].map((code) => String.fromCharCode(code))

test.each([
  ['escapeControls', escapeControls],
  ['showControls', showControls],
])('%s removes control characters in any context', (_, safe) => {
  for (const char of dangerous) {
    for (const text of [char, `a${char}b`, char + char, `${ESC}[31m${char}${ESC}[0m`]) {
      const shown = safe(text)
      expect(dangerous.filter((each) => shown.includes(each))).toEqual([])
      if (text === `a${char}b`) expect(shown).toMatch(/^a.+b$/)
    }
  }
})

test.each([
  // Removing the inner sequence once would leave a valid one.
  [`${ESC}${ESC}[0m]52;c;aGk=${BEL}`, '␛]52;c;aGk=␇'],
  [`${ESC}[${ESC}[0m2J`, '␛[2J'],
  [`${ESC}]8;;http://x${ESC}\\link`, '␛]8;;http://x␛\\link'],
  [`${ESC}c${ESC}[2J${ESC}[?25l`, '␛c␛[2J␛[?25l'],
  [`${ESC}_apc${ESC}\\`, '␛_apc␛\\'],
  ['\u009b2J', '\\x9b2J'],
  ['50 %\r100 %\b', '50 %␍100 %␈'],
  ['abc\u202edef', 'abc\\u202edef'],
  [`${ESC}[31mred${ESC}[0m and ${ESC}[38;5;9mhttp${ESC}[m`, 'red and http'],
  ['a\tb', 'a    b'],
  ['\u007f', '␡'],
])('the line %j is shown without control characters', (text, shown) => {
  expect(showControls(text)).toBe(shown)
})

test('each of the first 32 control characters has its own symbol', () => {
  const pictures = Array.from({ length: 0x20 }, (_, i) => showControls(String.fromCharCode(i)))
  expect(new Set(pictures).size).toBe(32)
})

test('printable text is not changed', () => {
  const text = 'naïve 你好 🎉 👨‍👩‍👧 e\u0301 — [0m ]52; http://x'
  expect(showControls(text)).toBe(text)
  expect(escapeControls(text)).toBe(text)
})

test.each<[string, number, string]>([
  ['hello', 5, 'hello'],
  ['hello', 4, 'hel…'],
  ['hello', 1, '…'],
  ['hello', 0, ''],
  ['你好你好', 8, '你好你好'],
  ['你好你好', 7, '你好你…'],
  ['你好你好', 6, '你好…'],
  ['👨‍👩‍👧👨‍👩‍👧', 4, '👨‍👩‍👧👨‍👩‍👧'],
  ['👨‍👩‍👧👨‍👩‍👧', 3, '👨‍👩‍👧…'],
  ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
])('truncate %j to %i columns', (text, width, shown) => {
  expect(truncate(text, width)).toBe(shown)
  expect(displayWidth(shown)).toBeLessThanOrEqual(width)
})

test.each([
  ['ASCII', 'x'],
  ['wide', '你'],
  ['mixed', 'x你'],
  ['controls', '\u001b\u0000'],
  ['accents without end', '\u0301'],
  ['emoji', '👨‍👩‍👧'],
  ['bytes that are no text', '\udcff'],
])('10 MB of %s', (_, piece) => {
  const text = piece.repeat(10_000_000 / piece.length)
  const shown = truncate(escapeControls(text.slice(0, 100_000)), 80)
  expect(displayWidth(shown)).toBeLessThanOrEqual(80)
  expect(truncate(text, 80).length).toBeLessThan(2000)
  expect(displayWidth(pad(truncate(text, 40), 80))).toBe(80)
  expect(showControls(text.slice(0, 1_000_000)).length).toBeGreaterThan(0)
})
