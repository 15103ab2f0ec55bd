/** The few ways a text is set apart on a terminal. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

/** Colours for standard output: only on a terminal, and not when NO_COLOR is set. */
export function paintFor(
  stream: { isTTY?: boolean } = process.stdout,
  env = process.env,
): Paint {
  return painter(stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb')
}

/** @param on whether to colour at all; otherwise texts come back as they are */
export function painter(on: boolean): Paint {
  const style = (open: number, close: number) => (text: string) =>
    on && text ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  }
}
