import type { CommandEvent } from './events.ts'

const UNTYPABLE = /[\p{Control}\p{Surrogate}]/gu

/**
 * The line to paste into a shell to send a command again. With control characters or bytes
 * that are no text in it, redis-cli is asked (`--quoted-input`) to read `"\x00"` as Redis does.
 */
export function toRedisCli(command: CommandEvent): string {
  const words = [command.name, ...command.args]
  if (words.every((word) => word.search(UNTYPABLE) === -1)) {
    return ['redis-cli', ...words.map(shellQuoted)].join(' ')
  }
  const quoted = words.map((word) => shellQuoted(redisQuoted(word)))
  return ['redis-cli --quoted-input', ...quoted].join(' ')
}

function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function redisQuoted(word: string): string {
  const safe = word
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll(UNTYPABLE, (char) => bytesOf(char).replaceAll(/../g, String.raw`\x$&`))
  return safe === word && word !== '' && !word.includes(' ') && !word.includes("'")
    ? word
    : `"${safe}"`
}

// A surrogate stands for a byte that is not UTF-8, see textOf in bytes.ts.
function bytesOf(char: string): string {
  const byte = char.charCodeAt(0) - 0xdc00
  return byte >= 0x80 && byte <= 0xff ? byte.toString(16) : Buffer.from(char).toString('hex')
}
